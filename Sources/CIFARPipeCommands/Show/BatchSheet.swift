import CIFAR
import InputPipeline
import Picture

/// A batch as a contact sheet, with the class and the number of the record under each image.
struct BatchSheet {
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
  /// - Throws: ``PictureError`` when the sheet would be too large.
  func png() throws(PictureError) -> [UInt8] {
    try ContactSheet(
      title: ImageOperation.text(of: transform.operations), tiles: (0..<batch.count).map(tile), scale: scale
    ).png()
  }

  private func tile(_ index: Int) -> ContactSheet.Tile {
    let axes: ImageAxes = transform.layout == .nhwc ? .heightWidthChannel : .channelHeightWidth
    let (height, width) = (transform.height, transform.width)
    let length = transform.exampleLength
    let bytes = UnsafeRawBufferPointer(rebasing: batch.examples[index * length..<(index + 1) * length])
    let pixels =
      switch transform.elementType {
      case .float32:
        VisiblePixels.bytes(
          bytes.assumingMemoryBound(to: Float.self), height: height, width: width, axes: axes)
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
    let label = Int(batch.labels[index * count + count - 1])
    let names = labels == .coarse ? dataset.coarseNames : dataset.classNames
    return names.indices.contains(label) ? names[label] : String(label)
  }
}
