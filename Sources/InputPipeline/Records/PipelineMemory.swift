/// What the parts of a pipeline take at most, in bytes.
public struct PipelineMemory: Sendable, Equatable {
  /// The most that any pipeline may take where nobody sets a limit: 1 TiB.
  public static let greatest = 1 << 40
  /// Records that stay in memory where nobody sets a limit: 1 GiB.
  public static let usualRecords = 1 << 30

  /// The records, or the room for those on their way.
  public var records: Int
  /// References to records in the queues.
  public let queues: Int
  /// Batches that are made, wait, or are with the consumer; none where their memory comes from outside.
  public let batches: Int
  /// The stacks of the threads, and the program itself.
  public let threads: Int

  /// The most records that are on their way at once.
  let recordsUnderway: Int

  init(records: Int, queues: Int, batches: Int, threads: Int, recordsUnderway: Int) {
    (self.records, self.queues, self.batches, self.threads) = (records, queues, batches, threads)
    self.recordsUnderway = recordsUnderway
  }

  /// All of it.
  public var total: Int { Self.sum([records, queues, batches, threads]) }

  /// A sum that ends at the greatest number.
  static func sum(_ parts: [Int]) -> Int {
    parts.reduce(0) { sum, part in
      let (total, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : total
    }
  }

  /// A product that ends at the greatest number.
  static func product(_ one: Int, _ other: Int) -> Int {
    let (product, overflow) = one.multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}

extension PipelineMemory: CustomStringConvertible {
  /// Such as `211 MiB: records 147, queues 1, batches 26, threads and program 37`.
  public var description: String {
    "\(Self.mebibytes(total)) MiB: records \(Self.mebibytes(records)), queues \(Self.mebibytes(queues)), "
      + "batches \(Self.mebibytes(batches)), threads and program \(Self.mebibytes(threads))"
  }

  /// Whole MiB, begun ones counted.
  private static func mebibytes(_ bytes: Int) -> Int { bytes >> 20 + (bytes & 0xf_ffff == 0 ? 0 : 1) }
}
