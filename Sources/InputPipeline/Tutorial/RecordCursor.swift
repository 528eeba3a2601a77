import Threads

/// Neighbouring records of one work unit.
public struct RecordRange: Sendable, Equatable {
  /// The number of the unit, from 0.
  public var unit: Int
  /// The numbers of the records within the unit; never empty.
  public var records: Range<Int>

  /// The records `records` of the unit with the number `unit`.
  @inlinable
  public init(unit: Int, records: Range<Int>) {
    self.unit = unit
    self.records = records
  }
}

/// Goes through work units, such as files, and hands out their records in ranges that never span two units.
///
/// Units without records are skipped.
public struct RecordCursor: Sendable {
  private let recordCounts: [Int]
  private var unit = 0
  private var record = 0

  /// A cursor at the first record of the first unit.
  ///
  /// - Parameter recordCounts: The number of records of each unit, each at least 0; traps otherwise.
  public init(recordCounts: [Int]) {
    require(recordCounts.allSatisfy { $0 >= 0 }, "record cursor: a unit has no less than 0 records")
    self.recordCounts = recordCounts
  }

  /// The next records, at most `count` of them; `nil` at the end of the last unit.
  ///
  /// - Parameter count: At least 1; traps otherwise.
  public mutating func next(upTo count: Int) -> RecordRange? {
    require(count >= 1, "record cursor: a range has at least 1 record, not \(count)")
    while unit < recordCounts.count {
      let left = recordCounts[unit] - record
      if left > 0 {
        let start = record
        record += min(left, count)
        return RecordRange(unit: unit, records: start..<record)
      }
      unit += 1
      record = 0
    }
    return nil
  }
}
