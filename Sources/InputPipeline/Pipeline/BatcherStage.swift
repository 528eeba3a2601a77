/// Draws record references, many batches at a time, and sends each batch's plan to the workers.
struct BatcherStage: Sendable {
  /// Where the batcher stands.
  struct Position: Sendable {
    /// The number of the next batch in the whole run.
    var nextBatch: Int
    /// The number of the next plan in the order of delivery.
    var nextSequenceNumber = 0
  }

  let schedule: BatchSchedule
  let batchesPerDraw: Int
  let references: ReferenceQueue
  let store: any RecordStore
  let plans: FIFOQueue<BatchPlan>
  let position: Monitor<Position>

  /// One draw, for a single thread.
  ///
  /// What ends a wait: references, room for plans, or their queues' close.
  ///
  /// - Returns: `false` after the last batch of the run.
  func run() throws -> Bool {
    let start = position.withLock { $0 }
    let entries = (0..<batchesPerDraw).lazy.map { schedule.entry(start.nextBatch + $0) }
      .prefix { $0 != nil }.compactMap { $0 }
    guard !entries.isEmpty else { return false }

    let count = entries.reduce(0) { $0 + $1.count + $1.droppedCount }
    // The reader ends after the last record of the schedule, so references are missing only after a stop.
    guard let drawn = references.dequeue(count) else { return false }
    var first = 0
    var drawnPlans: [BatchPlan] = []
    drawnPlans.reserveCapacity(entries.count)
    for entry in entries {
      let end = first + entry.count
      drawnPlans.append(
        BatchPlan(
          entry: entry, sequenceNumber: start.nextSequenceNumber + drawnPlans.count,
          records: drawn[first..<end]))
      try store.release(drawn[end..<end + entry.droppedCount])
      first = end + entry.droppedCount
    }
    position.withLock {
      $0.nextBatch += entries.count
      $0.nextSequenceNumber += drawnPlans.count
    }
    try plans.enqueueMany(drawnPlans)
    return true
  }
}
