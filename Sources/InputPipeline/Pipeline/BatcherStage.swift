/// Draws record references, many batches at a time, and sends each batch's plan to the workers.
struct BatcherStage: Sendable {
  let schedule: BatchSchedule
  let batchesPerDraw: Int
  let references: ReferenceQueue
  let store: any RecordStore
  let plans: FIFOQueue<BatchPlan>
  /// The first batch to deliver; those before it are drawn and passed over.
  let firstBatch: Int
  let position: Monitor<Position>

  /// One draw, for a single thread.
  ///
  /// What ends a wait: references, room for plans, or their queues' close.
  ///
  /// - Returns: `false` after the last batch of the run.
  func run() throws -> Bool {
    var state = position.withLock { $0 }
    let entries = (0..<batchesPerDraw).lazy.map { schedule.entry(state.nextBatch + $0) }
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
      if schedule.share.uneven == .pad { state.remember(drawn[first..<end], entry, schedule.share) }
      if entry.isDelivered && entry.number >= firstBatch {
        drawnPlans.append(try state.plan(entry, drawn[first..<end], store, readsAbsent: firstBatch > 0))
      } else {
        try store.release(drawn[first..<end])
      }
      if let repeated = entry.repeated, entry.number >= firstBatch {
        drawnPlans.append(try state.plan(entry, state.firstOfEpoch[repeated], store, readsAbsent: true))
      }
      try store.release(drawn[end..<end + entry.droppedCount])
      first = end + entry.droppedCount
    }
    state.nextBatch += entries.count
    position.withLock { $0 = state }
    try plans.enqueueMany(drawnPlans)
    return true
  }
}

extension BatcherStage {
  /// Where the batcher stands.
  struct Position: Sendable {
    /// The number of the next batch in the whole run.
    var nextBatch: Int
    /// The number of the next plan in the order of delivery.
    private var nextSequenceNumber = 0
    /// The records of the first batches of this epoch, which may be delivered once more at its end.
    private(set) var firstOfEpoch: [ArraySlice<RecordReference>] = []

    /// Before the batch with number `nextBatch`.
    init(nextBatch: Int) {
      self.nextBatch = nextBatch
    }

    /// The plan of a batch, next in the order of delivery.
    ///
    /// - Parameter readsAbsent: Whether some of the records may not have been read yet.
    mutating func plan(
      _ entry: BatchSchedule.Entry, _ records: ArraySlice<RecordReference>, _ store: any RecordStore,
      readsAbsent: Bool
    ) throws -> BatchPlan {
      var records = records
      if readsAbsent {
        var own = Array(records)
        try store.readAbsent(&own)
        records = own[...]
      }
      defer { nextSequenceNumber += 1 }
      return BatchPlan(entry: entry, sequenceNumber: nextSequenceNumber, records: records)
    }

    /// Keeps the records of the batches that may come twice.
    mutating func remember(
      _ records: ArraySlice<RecordReference>, _ entry: BatchSchedule.Entry, _ share: BatchShare
    ) {
      if entry.indexInEpoch == 0 { firstOfEpoch = [] }
      guard entry.indexInEpoch < share.count else { return }
      // By then their slots hold other records.
      firstOfEpoch.append(
        records.map { RecordReference(record: $0.record, slot: RecordReference.absent, epoch: $0.epoch) }[...]
      )
    }
  }
}
