/// Takes parts from their queue, reads their records and sends references to them on; for a single thread.
struct ReaderStage {
  let parts: FIFOQueue<Int>
  let store: any RecordStore
  let references: ReferenceQueue
  var cursor: EpochCursor
  /// Records still to come that are drawn only to be passed over, and so are not read here.
  var passedOver: Int

  /// One step: a part, or a range of records.
  ///
  /// What ends a wait: a part, room for references, free slots, or their queues' close.
  ///
  /// - Returns: `false` at the end of input.
  mutating func run() throws -> Bool {
    switch cursor.next() {
    case .takePart:
      guard let part = parts.dequeue() else { return false }
      cursor.begin(part: part)
    case .read(let range, let part, let epoch):
      let isReading = passedOver < range.count
      passedOver = max(0, passedOver - range.count)
      try references.enqueue(
        store.references(
          to: range, part: part, epoch: UInt32(truncatingIfNeeded: epoch), isReading: isReading))
    }
    return true
  }
}
