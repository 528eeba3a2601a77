/// Examples that leave the pipeline together, one directly after the other, and their labels.
///
/// A batch is never changed after it was delivered. Its memory goes back to the pipeline for a later batch when
/// the last reference to it goes.
public final class Batch: Sendable {
  /// Where the batch stands in the run.
  public let entry: BatchSchedule.Entry
  /// The records of the examples, in the order of the batch.
  public let records: ArraySlice<RecordReference>
  /// Bytes of one example.
  public let exampleLength: Int
  /// Labels of one example.
  public let labelsPerExample: Int

  private let memory: BatchMemory
  private let pool: BatchPool

  init(_ plan: BatchPlan, memory: BatchMemory, pool: BatchPool) {
    entry = plan.entry
    records = plan.records
    exampleLength = pool.exampleLength
    labelsPerExample = pool.labelsPerExample
    self.memory = memory
    self.pool = pool
  }

  deinit {
    pool.give(memory)
  }

  /// The number of examples.
  public var count: Int { records.count }

  /// The bytes of all examples; valid as long as the batch is.
  public var examples: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(mutableExamples)
  }

  /// The labels of all examples, those of one example together; valid as long as the batch is.
  public var labels: UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(mutableLabels)
  }

  var mutableExamples: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory.examples.bytes[..<(count * exampleLength)])
  }

  var mutableLabels: UnsafeMutableBufferPointer<Int32> {
    let all = memory.labels.bytes.bindMemory(to: Int32.self)
    return UnsafeMutableBufferPointer(rebasing: all[..<(count * labelsPerExample)])
  }
}

/// Which records make up a batch; what the batcher sends to the workers.
struct BatchPlan: Sendable {
  let entry: BatchSchedule.Entry
  /// The place in the order of delivery of this process, from 0.
  let sequenceNumber: Int
  let records: ArraySlice<RecordReference>
}
