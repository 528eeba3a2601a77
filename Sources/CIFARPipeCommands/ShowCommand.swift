import ArgumentParser
import CIFAR
import InputPipeline
import Picture

/// `cifar-pipe show`: a batch as a picture.
struct ShowCommand: ParsableCommand, RunOptions {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draw a batch as a contact sheet (PNG) with labels.",
    discussion: """
      The sheet shows the first batch that 'cifar-pipe batch' delivers with the same options and seed, so \
      that a person sees crop, flip and distortion. Floats are mapped back to visible colours. Example:

        cifar-pipe show --synthetic --preset distort --batch-size 32 --output sheet.png
      """)

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The picture; '-' is standard output.", valueName: "file"))
  var output: PathArgument

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pixels of the sheet for each pixel of an image. (default: 3)", valueName: "n"),
    transform: Bounded.integer(1...16))
  var scale = 3

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    if output.isStandardStream && OutputStream.standard.isTerminal {
      throw CommandError.usage("a terminal cannot show a picture; write to a pipe or a file")
    }
    let destination = try OutputDestination(output, isReplacing: force)
    let inputs = try prepare(messages.console)
    let pipeline = try inputs.pipeline(inputs.options(sizes[0], unlessTold: .never))
    try pipeline.untilSignal {
      guard let batch = try pipeline.next() else {
        throw CommandError.usage("a run with these options delivers no batch to show")
      }
      let sheet = BatchSheet(
        batch, transform: inputs.transform, dataset: inputs.dataset, labels: self.pipeline.labels,
        scale: scale)
      try sheet.png().withUnsafeBytes { try destination.stream.write([$0]) }
    }
    try destination.finish()
  }
}

/// A batch as a contact sheet, with the class and the number of the record under each image.
private struct BatchSheet {
  private let batch: Batch
  private let transform: CIFARTransform
  private let dataset: CIFARDataset
  private let labels: LabelSelection
  private let scale: Int

  /// The sheet of a batch that `transform` made of records of `dataset`.
  init(
    _ batch: Batch, transform: CIFARTransform, dataset: CIFARDataset, labels: LabelSelection, scale: Int
  ) {
    self.batch = batch
    self.transform = transform
    self.dataset = dataset
    self.labels = labels
    self.scale = scale
  }

  /// The bytes of the picture.
  ///
  /// - Throws: ``PictureError`` when the sheet would be too large; `MemoryError`; ``CommandError/interrupted(signal:)``.
  func png() throws -> [UInt8] {
    // The values of an image, and its pixels.
    try MemoryAtHand.require(batch.count * transform.height * transform.width * 3 * (4 + 1))
    let tiles = try (0..<batch.count).map { index in
      try SignalTrap.checkpoint()
      return tile(index)
    }
    let sheet = ContactSheet(title: ImageOperation.text(of: transform.operations), tiles: tiles, scale: scale)
    let (width, height) = sheet.size
    // Random pixels hardly compress, and grow while they are put together.
    try MemoryAtHand.require(6 * 3 * width * height)
    return try sheet.png(checkpoint: SignalTrap.checkpoint)
  }

  private func tile(_ index: Int) -> ContactSheet.Tile {
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
    return ContactSheet.Tile(width: width, pixels: pixels, label: "\(className(index)) #\(record)")
  }

  /// The name of the most exact label that was delivered.
  private func className(_ index: Int) -> String {
    let count = transform.labelsPerExample
    let label = Int(batch.unsafeLabels[index * count + count - 1])
    let names = labels == .coarse ? dataset.coarseNames : dataset.classNames
    return names.indices.contains(label) ? names[label] : String(label)
  }
}
