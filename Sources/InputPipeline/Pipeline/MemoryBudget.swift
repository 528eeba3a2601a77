import Threads

extension PipelineMemory {
  /// What the program takes beside the pipeline.
  private static let ofProgram = 32 << 20

  /// What a pipeline with `options` takes for the batches of `schedule`.
  ///
  /// - Parameters:
  ///   - records: The bytes for records.
  ///   - exampleLength: Bytes of an example and its labels.
  init(_ options: RecordPipelineOptions, _ schedule: BatchSchedule, records: Int, exampleLength: Int) {
    // A pipeline of few epochs cannot fill every queue; a batch that comes twice is read twice.
    let repeated = Self.product(options.batchSize, options.share.count)
    let read = schedule.epochsRead.map { Self.product(schedule.recordCount, $0) } ?? .max
    let recordsUnderway = min(options.recordsUnderway, Self.sum([read, repeated]))
    // Buffers double when they are full.
    let queues = Self.product(2 * MemoryLayout<RecordReference>.stride, recordsUnderway)
    let batches = Self.product(
      Self.product(schedule.longestBatch, exampleLength),
      min(options.batchesAlive, schedule.batchCount ?? .max))
    let threads = (options.threads + 4) * PipelineThread.defaultStackSize + Self.ofProgram
    self.init(
      records: records, queues: queues, batches: batches, threads: threads, recordsUnderway: recordsUnderway)
  }
}

/// What a pipeline may take: the limit that was set, and what is at hand.
struct MemoryBudget {
  let limit: Int
  let atHand: MemoryAtHand?
  /// The most bytes of records that may stay in memory.
  private let mostRecords: Int

  /// - Parameter limit: As ``RecordPipelineOptions/memoryLimit``.
  init(limit: Int?, atHand: MemoryAtHand?) {
    self.limit = limit == 0 ? PipelineMemory.greatest : limit ?? PipelineMemory.greatest
    self.atHand = atHand
    mostRecords = limit ?? PipelineMemory.usualRecords
  }

  /// Whether the records of a pipeline that takes `memory` may stay.
  func allowsResident(_ memory: PipelineMemory) -> Bool {
    memory.records <= mostRecords && memory.total <= min(limit, atHand?.byteCount ?? .max)
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
