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
  /// Memory that the program which started the command shares, and messages about it.
  case slots

  /// Whether a terminal would show garbage.
  var isBinary: Bool { self == .npy || self == .raw || self == .slots }
  /// Whether the bytes of the batches themselves go to the output.
  var isStream: Bool { self == .npy || self == .raw }
}

/// A batch as it leaves.
struct OutgoingBatch {
  let batch: Batch
  /// The labels of all examples, of the type that was asked for.
  let labels: UnsafeRawBufferPointer
  /// Where a run goes on that has used this batch; see `BatchSchedule.position(after:)`.
  let position: Int
}

/// Turns batches into the bytes of one output format.
protocol BatchFormat {
  /// Whether a mark stands at the end of each epoch that a run which is continued must not leave out.
  var marksEpochs: Bool { get }

  /// Writes what stands before the first batch.
  ///
  /// - Parameter isMarkDue: Whether that is the mark of an epoch that an earlier run has delivered.
  mutating func begin(_ start: Int, isMarkDue: Bool, to output: OutputStream) throws

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws

  /// Writes what was kept back until no batch is ready.
  mutating func flush(to output: OutputStream) throws

  /// How long a second batch may be waited for, where two cost less than twice one.
  var patience: Duration? { get }

  /// Writes what stands between two epochs, of which `last` is the last batch of the first.
  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws

  /// Writes what stands after the last batch of an orderly end.
  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws

  /// Writes what stands at the end of a run that fails with this exit code.
  mutating func fail(_ code: Int32, position: Int, to output: OutputStream) throws
}

// What most formats do: nothing.
extension BatchFormat {
  var marksEpochs: Bool { false }
  mutating func begin(_ start: Int, isMarkDue: Bool, to output: OutputStream) throws {}
  mutating func flush(to output: OutputStream) throws {}
  var patience: Duration? { nil }
  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws {}
  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws {}
  mutating func fail(_ code: Int32, position: Int, to output: OutputStream) throws {}
}

/// Shapes and types of the arrays of a batch; the number of examples comes first in both shapes.
struct BatchShape: Sendable {
  /// The axes of one image, such as height, width and channels.
  let imageAxes: [Int]
  /// The type of the images' values.
  let elementType: ElementType
  let labelsPerExample: Int
  let labelType: LabelType

  /// Shapes and types of the batches that `transform` makes.
  init(_ transform: CIFARTransform, _ labelType: LabelType) {
    imageAxes = transform.imageAxes
    elementType = transform.elementType
    labelsPerExample = transform.labelsPerExample
    self.labelType = labelType
  }

  func images(_ count: Int) -> [Int] { [count] + imageAxes }

  /// The shape of the labels: only int64 ones, which are PyTorch's, have no axis for a single label.
  func labels(_ count: Int) -> [Int] {
    labelType == .int64 && labelsPerExample == 1 ? [count] : [count, labelsPerExample]
  }

  /// A shape as Python writes it.
  static func tuple(_ axes: [Int]) -> String {
    "(" + axes.map(String.init).joined(separator: ", ") + (axes.count == 1 ? ",)" : ")")
  }

  /// Bytes of the labels of one example.
  var labelLength: Int { labelsPerExample * labelType.byteCount }
}
