import ArgumentParser
import InputPipeline

/// The types in which labels are delivered.
enum LabelType: String, CaseIterable, ExpressibleByArgument {
  case int32
  /// What PyTorch takes as the number of a class.
  case int64

  /// Bytes of one label.
  var byteCount: Int { self == .int32 ? 4 : 8 }
  /// NumPy's name of the type.
  var descriptor: String { self == .int32 ? "<i4" : "<i8" }
}

/// Gives the labels of one batch after the other the type that was asked for.
final class OutgoingLabels {
  private let type: LabelType
  private var wide: [Int64] = []

  init(_ type: LabelType) {
    self.type = type
  }

  /// Calls `body` with the labels of `batch`.
  func withLabels<Result>(
    of batch: Batch, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    guard type == .int64 else { return try body(UnsafeRawBufferPointer(batch.unsafeLabels)) }
    wide.removeAll(keepingCapacity: true)
    wide.append(contentsOf: batch.unsafeLabels.lazy.map { Int64($0) })
    return try wide.withUnsafeBytes(body)
  }
}
