import Threads

/// What the parts of a pipeline take at most, in bytes.
public struct PipelineMemory: Sendable, Equatable {
  /// The most that any pipeline may take where nobody sets a limit: 1 TiB.
  public static let greatest = 1 << 40
  /// Records that stay in memory where nobody sets a limit: 1 GiB.
  public static let usualRecords = 1 << 30
  /// What the program takes beside the pipeline.
  private static let ofProgram = 32 << 20

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

  /// What a pipeline with `options` takes for the batches of `schedule`.
  ///
  /// - Parameters:
  ///   - records: The bytes for records.
  ///   - exampleLength: Bytes of an example and its labels.
  init(_ options: RecordPipelineOptions, _ schedule: BatchSchedule, records: Int, exampleLength: Int) {
    self.records = records
    // A pipeline of few epochs cannot fill every queue; a batch that comes twice is read twice.
    let repeated = Self.product(options.batchSize, options.share.count)
    let read = schedule.epochsRead.map { Self.product(schedule.recordCount, $0) } ?? .max
    recordsUnderway = min(options.recordsUnderway, Self.sum([read, repeated]))
    // Buffers double when they are full.
    queues = Self.product(2 * MemoryLayout<RecordReference>.stride, recordsUnderway)
    batches = Self.product(
      Self.product(schedule.longestBatch, exampleLength),
      min(options.batchesAlive, schedule.batchCount ?? .max))
    threads = (options.threads + 4) * PipelineThread.defaultStackSize + Self.ofProgram
  }

  /// All of it.
  public var total: Int { Self.sum([records, queues, batches, threads]) }

  /// A sum that ends at the greatest number.
  private static func sum(_ parts: [Int]) -> Int {
    parts.reduce(0) { sum, part in
      let (total, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : total
    }
  }

  /// A product that ends at the greatest number.
  private static func product(_ one: Int, _ other: Int) -> Int {
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

/// What a pipeline may take: the limit that was set, and what is at hand.
struct MemoryBudget {
  let limit: Int
  let atHand: MemoryAtHand?
  /// Whether records may stay in memory at all.
  private let keepsRecords: (Int) -> Bool

  /// - Parameter limit: As ``RecordPipelineOptions/memoryLimit``.
  init(limit: Int?, atHand: MemoryAtHand?) {
    self.limit = limit == 0 ? PipelineMemory.greatest : limit ?? PipelineMemory.greatest
    self.atHand = atHand
    keepsRecords = { bytes in limit != 0 && (limit != nil || bytes <= PipelineMemory.usualRecords) }
  }

  /// Whether the records of a pipeline that takes `memory` may stay.
  func allowsResident(_ memory: PipelineMemory) -> Bool {
    keepsRecords(memory.records) && memory.total <= min(limit, atHand?.byteCount ?? .max)
  }

  /// Checks what a pipeline takes.
  ///
  /// - Parameter taken: What of it was taken before.
  /// - Throws: ``MemoryError/beyondLimit(_:limit:)`` or ``MemoryError/beyondReach(_:atHand:)``.
  func check(_ memory: PipelineMemory, taken: Int = 0) throws(MemoryError) {
    guard memory.total <= limit else { throw .beyondLimit(memory, limit: limit) }
    if let atHand, memory.total - taken > atHand.byteCount { throw .beyondReach(memory, atHand: atHand) }
  }
}
