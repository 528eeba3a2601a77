import InputPipeline

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
