/// Turns plans into batches; any number of threads.
struct WorkerStage: Sendable {
  let plans: FIFOQueue<BatchPlan>
  let store: any RecordStore
  let transform: any BatchTransform
  let pool: BatchPool
  let ready: SequencedQueue<Batch>

  /// Makes one batch.
  ///
  /// What ends a wait: a plan, the consumer's progress, or their queues' close.
  ///
  /// - Returns: `false` after the last plan.
  func run() throws -> Bool {
    guard let plan = plans.dequeue() else { return false }
    let batch = Batch(plan, memory: try pool.take(), pool: pool)
    try transform.transform(
      plan.records, at: store.baseAddress, into: batch.mutableExamples, labels: batch.mutableLabels)
    try store.release(plan.records)
    try ready.enqueue(batch, at: plan.sequenceNumber)
    return true
  }
}
