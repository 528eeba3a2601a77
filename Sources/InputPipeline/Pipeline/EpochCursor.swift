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
    /// Tell the next stage that the epoch is over.
    case endEpoch
  }

  private let firstRecords: [Int]
  private let longestRange: Int
  private(set) var epoch: Int
  private var partsBegun = 0
  private var part = 0
  private var remaining = 0..<0

  /// A cursor at the start of `epoch`.
  ///
  /// - Parameters:
  ///   - firstRecords: As ``RecordCollection/firstRecords``.
  ///   - longestRange: The most records of one ``Step/read(_:part:epoch:)``.
  init(firstRecords: [Int], longestRange: Int, epoch: Int) {
    self.firstRecords = firstRecords
    self.longestRange = longestRange
    self.epoch = epoch
  }

  /// The next step; the cursor moves on.
  mutating func next() -> Step {
    guard remaining.isEmpty else {
      let range = remaining.prefix(longestRange)
      remaining = range.upperBound..<remaining.upperBound
      return .read(range, part: part, epoch: epoch)
    }
    guard partsBegun == firstRecords.count - 1 else { return .takePart }
    partsBegun = 0
    epoch += 1
    return .endEpoch
  }

  /// Notes that the records of `part` come next.
  mutating func begin(part: Int) {
    self.part = part
    partsBegun += 1
    remaining = firstRecords[part]..<firstRecords[part + 1]
  }
}
