import ArgumentParser
import CIFAR
import InputPipeline

/// How `batch` writes batches.
enum BatchFormatName: String, CaseIterable, ExpressibleByArgument {
  /// A line a batch with the shapes of its arrays.
  case shapes
  /// Complete .npy images of the arrays, back to back.
  case npy
  /// The bytes of the arrays and nothing else.
  case raw
  /// A JSON object a batch.
  case jsonl
  /// One JSON object at the end.
  case summary

  /// Whether a terminal would show garbage.
  var isBinary: Bool { self == .npy || self == .raw }
}

/// Turns batches into the bytes of one output format.
protocol BatchFormat {
  mutating func write(_ batch: Batch, to output: OutputStream) throws

  /// Writes what stands between two epochs.
  mutating func endEpoch(to output: OutputStream) throws

  /// Writes what stands after the last batch of an orderly end.
  mutating func finish(_ totals: DeliveryTotals, to output: OutputStream) throws
}

extension BatchFormat {
  /// Writes nothing.
  mutating func endEpoch(to output: OutputStream) throws {}
  /// Writes nothing.
  mutating func finish(_ totals: DeliveryTotals, to output: OutputStream) throws {}
}

/// Shapes and types of the arrays of a batch; the number of examples comes first in both shapes.
struct BatchShape: Sendable {
  /// The axes of one image, such as height, width and channels.
  let imageAxes: [Int]
  /// The type of the images' values.
  let elementType: ElementType
  let labelsPerExample: Int

  func images(_ count: Int) -> [Int] { [count] + imageAxes }
  func labels(_ count: Int) -> [Int] { [count, labelsPerExample] }
}

extension CIFARTransform {
  /// Shapes and types of the batches that it makes.
  var batchShape: BatchShape {
    BatchShape(imageAxes: imageAxes, elementType: elementType, labelsPerExample: labelsPerExample)
  }
}
