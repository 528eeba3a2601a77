import Threads

/// Draws record references, many batches at a time, and sends each batch's plan to the workers; for a single
/// thread.
struct BatcherStage {
  let schedule: BatchSchedule
  let batchesPerDraw: Int
  let references: ReferenceQueue
  let store: any RecordStore
  let plans: FIFOQueue<BatchPlan>
  let pool: BatchPool
  /// The first batch to deliver; those before it are drawn and passed over.
  let firstBatch: Int
  /// Is told how many batches were drawn, before their plans go on.
  let whenDrawn: @Sendable (Int) -> Void
  /// The number of the next batch in the whole run.
  var nextBatch: Int
  /// The number of the next plan in the order of delivery.
  private var nextSequenceNumber = 0
  /// References that were drawn beyond the last whole batch.
  private var drawn: ArraySlice<RecordReference> = []
  /// The records of the first batches of this epoch, which may be delivered once more at its end.
  private var firstOfEpoch: [ArraySlice<RecordReference>] = []

  /// A batcher before the batch `firstDrawn`, of which those from `firstBatch` on are delivered.
  init(
    schedule: BatchSchedule, batchesPerDraw: Int, references: ReferenceQueue, store: any RecordStore,
    plans: FIFOQueue<BatchPlan>, pool: BatchPool, firstBatch: Int, firstDrawn: Int,
    whenDrawn: @escaping @Sendable (Int) -> Void
  ) {
    self.schedule = schedule
    self.batchesPerDraw = batchesPerDraw
    self.references = references
    self.store = store
    self.plans = plans
    self.pool = pool
    self.firstBatch = firstBatch
    self.whenDrawn = whenDrawn
    nextBatch = firstDrawn
  }

  /// One draw: as many batches as there are references for, at least one.
  ///
  /// What ends a wait: references, room for plans, or their queues' close.
  ///
  /// - Returns: `false` after the last batch of the run.
  mutating func run() throws -> Bool {
    let entries = (0..<batchesPerDraw).compactMap { schedule.entry(nextBatch + $0) }
    guard let first = entries.first else {
      pool.expect(nextSequenceNumber)
      return false
    }

    let most = entries.reduce(0) { $0 + $1.drawnCount }
    if drawn.count < first.drawnCount {
      // The reader ends after the last record of the schedule, so references are missing only after a stop.
      guard let new = references.dequeue(first.drawnCount - drawn.count, most - drawn.count) else {
        return false
      }
      drawn = drawn.isEmpty ? new[...] : drawn + new
    }
    var newPlans: [BatchPlan] = []
    newPlans.reserveCapacity(entries.count)
    for entry in entries {
      guard drawn.count >= entry.drawnCount else { break }
      try plan(entry, drawn.prefix(entry.count), into: &newPlans)
      try store.release(drawn.dropFirst(entry.count).prefix(entry.droppedCount))
      drawn = drawn.dropFirst(entry.drawnCount)
      nextBatch += 1
    }
    whenDrawn(newPlans.count)
    ThreadActivity.current?.finish("plans from batch", first.number)
    try plans.enqueueMany(newPlans)
    return true
  }

  /// Plans a batch, and the one that is to be repeated after it, as far as this process delivers them.
  private mutating func plan(
    _ entry: BatchSchedule.Entry, _ records: ArraySlice<RecordReference>, into plans: inout [BatchPlan]
  ) throws {
    if schedule.share.uneven == .pad { remember(records, entry) }
    guard entry.number >= firstBatch else { return try store.release(records) }
    if entry.isDelivered {
      plans.append(try nextPlan(entry, records))
    } else {
      try store.release(records)
    }
    if let repeated = entry.repeated { plans.append(try nextPlan(entry, firstOfEpoch[repeated])) }
  }

  /// The plan that is next in the order of delivery, with all its records read.
  private mutating func nextPlan(
    _ entry: BatchSchedule.Entry, _ records: ArraySlice<RecordReference>
  ) throws -> BatchPlan {
    var records = records
    // Those that were passed over by a reader that continues a run, and those that come twice.
    if records.contains(where: { $0.slot == RecordReference.absent }) {
      var own = Array(records)
      try store.readAbsent(&own)
      records = own[...]
    }
    defer { nextSequenceNumber += 1 }
    return BatchPlan(entry: entry, sequenceNumber: nextSequenceNumber, records: records)
  }

  /// Keeps the records of the batches that may come twice.
  private mutating func remember(_ records: ArraySlice<RecordReference>, _ entry: BatchSchedule.Entry) {
    if entry.indexInEpoch == 0 { firstOfEpoch = [] }
    guard entry.indexInEpoch < schedule.share.count else { return }
    // By then their slots hold other records.
    firstOfEpoch.append(
      records.map { RecordReference(record: $0.record, slot: RecordReference.absent, epoch: $0.epoch) }[...])
  }
}
