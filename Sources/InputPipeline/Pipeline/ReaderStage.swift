import Threads

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
      let read = try store.references(
        to: range, part: part, epoch: UInt32(truncatingIfNeeded: epoch), isReading: isReading)
      ThreadActivity.current?.finish("records from", range.lowerBound)
      try references.enqueue(read)
    }
    return true
  }
}

/// Where the reader stands: which records come next, part after part, epoch after epoch.
///
/// Free of threads.
struct EpochCursor: Sendable {
  /// What the reader does next.
  enum Step: Equatable {
    /// Take the next part from the queue of parts and ``begin(part:)`` it.
    case takePart
    /// Read these records, all of one part; numbers in the whole data set.
    case read(Range<Int>, part: Int, epoch: Int)
  }

  private let firstRecords: [Int]
  private let longestRange: Int
  /// The records still to come up to the place where a range must end.
  private var untilStop: Int
  private var epoch: Int
  private var partsBegun = 0
  private var part = 0
  private var remaining = 0..<0

  /// A cursor at the start of `epoch`.
  ///
  /// - Parameters:
  ///   - firstRecords: As ``RecordCollection/firstRecords``.
  ///   - longestRange: The most records of one ``Step/read(_:part:epoch:)``.
  ///   - firstStop: After so many records a range ends, however short it is: those that the first batch needs.
  init(firstRecords: [Int], longestRange: Int, firstStop: Int, epoch: Int) {
    self.firstRecords = firstRecords
    self.longestRange = longestRange
    untilStop = firstStop
    self.epoch = epoch
  }

  /// The next step; the cursor moves on.
  mutating func next() -> Step {
    guard !remaining.isEmpty else { return .takePart }
    let range = remaining.prefix(untilStop > 0 ? min(untilStop, longestRange) : longestRange)
    remaining = range.upperBound..<remaining.upperBound
    untilStop -= range.count
    return .read(range, part: part, epoch: epoch)
  }

  /// Notes that the records of `part` come next.
  mutating func begin(part: Int) {
    if partsBegun == firstRecords.count - 1 {
      partsBegun = 0
      epoch += 1
    }
    self.part = part
    partsBegun += 1
    remaining = firstRecords[part]..<firstRecords[part + 1]
  }
}
