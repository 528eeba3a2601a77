import CIFAR
import InputPipeline
import Picture

/// Batches as a contact sheet, with the labels and the number of the record under each image.
struct BatchSheet {
  /// What is written above all batches, a line each.
  let title: [String]
  private let transform: CIFARTransform
  private let dataset: CIFARDataset
  /// The names of the classes of each label that an image has.
  private let names: [[String]]
  private let scale: Int
  /// The batches, each with its place in the run.
  private(set) var sections: [ContactSheet.Section] = []
  /// Images on the sheet.
  private(set) var imageCount = 0

  /// A sheet without batches.
  ///
  /// - Parameters:
  ///   - title: What is written above all batches, a line each.
  ///   - transform: What has made the batches out of records of `dataset`.
  ///   - labels: The labels that were delivered.
  ///   - scale: Pixels of the sheet for each pixel of an image.
  init(
    title: [String], transform: CIFARTransform, dataset: CIFARDataset, labels: LabelSelection, scale: Int
  ) {
    self.title = title
    self.transform = transform
    self.dataset = dataset
    names = dataset.kind.facts.layout.labelFields(labels)!.map {
      $0.selection == .coarse ? dataset.coarseNames : dataset.classNames
    }
    self.scale = scale
  }

  /// Checks before the first batch that there can be room for all of them.
  ///
  /// - Throws: ``CommandError/usage(_:)`` when the sheet would be too large.
  func requireRoom(for schedule: BatchSchedule, from first: Int) throws(CommandError) {
    var count = 0
    // No batch is empty, so that no more of them need to be looked at than a sheet has room for.
    for number in first..<first + greatestImageCount + 1 {
      guard let entry = schedule.entry(number) else { return }
      if entry.isDelivered { count += entry.count }
      guard count <= greatestImageCount else { throw tooLarge }
    }
  }

  /// The images that fit, whatever the texts take.
  private var greatestImageCount: Int {
    RGBImage.greatestPixelCount / (transform.height * transform.width * scale * scale)
  }

  /// Adds the images of a batch, which need not live any longer.
  ///
  /// - Parameter limit: The most images; the first ones of the batch.
  /// - Throws: ``CommandError/usage(_:)`` when the sheet would be too large; `MemoryError`;
  ///   ``CommandError/interrupted(signal:)``.
  mutating func add(_ batch: Batch, limit: Int = .max) throws {
    let added = min(limit, batch.count)
    let count = imageCount + added
    guard count <= greatestImageCount else { throw tooLarge }
    // The values of an image, and its pixels.
    try MemoryAtHand.require(added * transform.height * transform.width * 3 * (4 + 1))
    let tiles = try (0..<added).map { index in
      try SignalTrap.checkpoint()
      return tile(index, of: batch)
    }
    sections.append(ContactSheet.Section(heading: Self.heading(batch.entry), tiles: tiles))
    imageCount = count
  }

  /// The bytes of the picture.
  ///
  /// - Parameter progress: Is told of so many rows, of so many, how many are drawn and compressed.
  /// - Throws: ``CommandError/usage(_:)`` when the sheet is too large; `PictureError`; `MemoryError`;
  ///   ``CommandError/interrupted(signal:)``.
  func png(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> [UInt8] {
    let sheet = ContactSheet(title: title, sections: sections, scale: scale)
    // Random pixels hardly compress, and grow while they are put together.
    try MemoryAtHand.require(6 * 3 * sheet.size.width * sheet.size.height)
    do {
      // A tile is drawn in no time; what takes long are the rows.
      var steps = -imageCount
      return try sheet.png {
        steps += 1
        if steps > 0 { progress(steps, sheet.size.height) }
        try SignalTrap.checkpoint()
      }
    } catch PictureError.size {
      throw tooLarge
    }
  }

  private var tooLarge: CommandError {
    .usage(
      "a picture of so many images at '--scale \(scale)' is too large (at most \(RGBImage.greatestSide) pixels a side "
        + "and \(RGBImage.greatestPixelCount) in all); ask for fewer with '--batch-size' or '--batches'"
        + (scale > 1 ? ", or for a smaller '--scale'" : ""))
  }

  /// Where a batch stands: in its epoch, and in the run where that is another number.
  private static func heading(_ entry: BatchSchedule.Entry) -> String {
    let place = "epoch \(entry.epoch), batch \(entry.indexInEpoch)"
    return entry.number == entry.indexInEpoch ? place : "\(place); batch \(entry.number) of the run"
  }

  private func tile(_ index: Int, of batch: Batch) -> ContactSheet.Tile {
    let axes: ImageAxes = transform.layout == .nhwc ? .heightWidthChannel : .channelHeightWidth
    let (height, width) = (transform.height, transform.width)
    let length = transform.exampleLength
    let bytes = UnsafeRawBufferPointer(rebasing: batch.unsafeExamples[index * length..<(index + 1) * length])
    let pixels =
      switch transform.elementType {
      case .float32, .float16, .bfloat16:
        transform.elementType.values(of: bytes).withUnsafeBufferPointer {
          VisiblePixels.bytes($0, height: height, width: width, axes: axes)
        }
      case .uint8:
        VisiblePixels.bytes(
          bytes.assumingMemoryBound(to: UInt8.self), height: height, width: width, axes: axes)
      }
    let record = batch.records[batch.records.startIndex + index].record
    return ContactSheet.Tile(
      width: width, pixels: pixels, labels: classNames(index, of: batch) + [dataset.name(ofRecord: record)])
  }

  /// The names of all labels that were delivered, the coarse one first.
  private func classNames(_ index: Int, of batch: Batch) -> [String] {
    let labels = batch.unsafeLabels[index * batch.labelsPerExample..<(index + 1) * batch.labelsPerExample]
    return zip(labels, names).map { label, names in
      names.indices.contains(Int(label)) ? names[Int(label)] : String(label)
    }
  }
}

extension RunOptions {
  /// What a person needs to make a sheet again: the records, their order, and what was done to them.
  ///
  /// - Parameters:
  ///   - options: The run that delivers the batches.
  ///   - preset: Where the operations of `transform` are from, unless they are named.
  func sheetTitle(
    _ inputs: RunInputs, _ options: RecordPipelineOptions, _ preset: TransformPreset?,
    _ transform: CIFARTransform
  ) -> [String] {
    var order: [String] = []
    if !pipeline.noShuffle || transform.isRandom { order.append("seed \(inputs.seed)") }
    if pipeline.noShuffle { order.append("in the order of the files") }
    if options.share.count > 1 { order.append("shard \(options.share.index)/\(options.share.count)") }
    let known = preset ?? (pipeline.transform == nil ? .eval : nil)
    return [
      "\(inputs.dataset.kind.facts.title) \(data.split.rawValue), \(inputs.origin.words)",
      order.joined(separator: ", "),
      (known.map { "\($0.rawValue): " } ?? "") + ImageOperation.text(of: transform.operations),
    ]
  }
}
