import Threads

/// The parts of a data set, such as its files, seen as one sequence of records.
public struct RecordCollection: Sendable {
  /// One part with its name.
  public struct Part: Sendable {
    /// What messages and listings call it, such as a file name.
    public let name: String
    /// Its records.
    public let source: any RecordSource

    /// A part called `name`.
    public init(name: String, source: any RecordSource) {
      self.name = name
      self.source = source
    }
  }

  /// The bytes of each record; at least 1.
  public let recordLength: Int
  /// The parts in order.
  public let parts: [Part]
  /// For each part the number of its first record, and the number of all records as the last entry.
  public let firstRecords: [Int]

  /// A data set of `parts` in this order; traps unless `recordLength` is at least 1.
  ///
  /// - Throws: ``RecordCollectionError`` above 2^32 - 2 records.
  public init(recordLength: Int, parts: [Part]) throws(RecordCollectionError) {
    require(recordLength >= 1, "record collection: a record has at least 1 byte, not \(recordLength)")
    self.recordLength = recordLength
    self.parts = parts
    var firstRecords = [0]
    for part in parts {
      let (sum, overflow) = firstRecords.last!.addingReportingOverflow(part.source.recordCount)
      guard !overflow && sum < Int(RecordReference.absent) else {
        throw RecordCollectionError(recordCount: sum)
      }
      firstRecords.append(sum)
    }
    self.firstRecords = firstRecords
  }

  /// The number of all records.
  public var recordCount: Int { firstRecords.last! }

  /// The bytes of all records.
  public var byteCount: Int { recordCount * recordLength }

  /// The part that holds the record with this number, and the record's index in it.
  public func location(ofRecord record: Int) -> (part: Int, index: Int) {
    require(
      record >= 0 && record < recordCount, "record collection: there is no record \(record) of \(recordCount)"
    )
    var low = 0
    var high = parts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRecords[middle] <= record { low = middle } else { high = middle }
    }
    return (low, record - firstRecords[low])
  }
}

/// A data set has more records than ``RecordReference`` can number.
public struct RecordCollectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The records that there are, at least.
  public let recordCount: Int

  /// One line with both numbers.
  public var description: String {
    "data set: too many records (expected less than \(RecordReference.absent), found \(recordCount))"
  }
}
