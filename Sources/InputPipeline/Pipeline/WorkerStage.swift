import Threads

/// Turns plans into batches; any number of threads.
struct WorkerStage: Sendable {
  let plans: FIFOQueue<BatchPlan>
  let store: any RecordStore
  let transform: any BatchTransform
  let pool: BatchPool
  let ready: SequencedQueue<Batch>

  /// Makes one batch.
  ///
  /// What ends a wait: memory, a plan, the consumer's progress, or the end of the pool or the queues.
  ///
  /// - Returns: `false` after the last plan.
  func run() throws -> Bool {
    // Memory first: who waits for a slot has no plan then, so the batch that must leave next is never the one
    // without a slot, and the slots of later ones cannot keep it from leaving.
    guard let memory = try pool.take() else { return false }
    guard let plan = plans.dequeue() else {
      pool.give(memory, isUnused: true)
      return false
    }
    let batch = Batch(plan, memory: memory, pool: pool)
    try transform.transform(
      plan.records, at: store.baseAddress, into: batch.mutableExamples, labels: batch.mutableLabels)
    try store.release(plan.records)
    ThreadActivity.current?.finish("batch", plan.entry.number)
    try ready.enqueue(batch, at: plan.sequenceNumber)
    return true
  }
}
