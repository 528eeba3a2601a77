/// Takes parts from their queue, reads their records and sends references to them on.
struct ReaderStage: Sendable {
  let parts: FIFOQueue<Int>
  let store: any RecordStore
  let references: ReferenceQueue
  let cursor: Monitor<EpochCursor>
  /// Records at the begin of the run that are drawn only to be passed over, and so are not read here.
  let passedOver: Monitor<Int>

  /// One step, for a single thread: a part, a range of records or the end of an epoch.
  ///
  /// What ends a wait: a part, room for references, free slots, or their queues' close.
  ///
  /// - Returns: `false` at the end of input.
  func run() throws -> Bool {
    switch cursor.withLock({ $0.next() }) {
    case .takePart:
      guard let part = parts.dequeue() else { return false }
      cursor.withLock { $0.begin(part: part) }
    case .read(let range, let part, let epoch):
      let isReading = passedOver.withLock { rest in
        defer { rest = max(0, rest - range.count) }
        return rest < range.count
      }
      try references.enqueue(
        store.references(
          to: range, part: part, epoch: UInt32(truncatingIfNeeded: epoch), isReading: isReading))
    case .endEpoch:
      try references.endEpoch()
    }
    return true
  }
}
