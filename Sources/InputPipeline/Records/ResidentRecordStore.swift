import Synchronization

/// A ``RecordStore`` with room for the whole data set: a record is read once and stays.
///
/// The slot of a record is its number. The store may serve several pipelines, one after the other.
public final class ResidentRecordStore: RecordStore {
  /// Records of a piece, the unit in which reading is done and remembered: about 1.5 MB of CIFAR records.
  static let pieceLength = 512

  /// The data set whose records are stored.
  public let records: RecordCollection

  private let region: MemoryRegion
  /// For each piece of the whole data set, whether all of its records were read.
  fileprivate let isRead: Monitor<[Bool]>
  private let isComplete: Atomic<Bool>

  /// A store that reads from the sources of `records` when it is asked for them.
  ///
  /// - Throws: ``MemoryError``.
  public init(_ records: RecordCollection) throws(MemoryError) {
    self.records = records
    region = try MemoryRegion(byteCount: records.byteCount)
    let pieceCount = (records.recordCount + Self.pieceLength - 1) / Self.pieceLength
    isRead = Monitor(Array(repeating: false, count: pieceCount))
    isComplete = Atomic(pieceCount == 0)
  }

  /// A store whose records lie in `region` already, one after the other.
  ///
  /// - Parameter region: At least the byte count of `records`; traps otherwise.
  public init(_ records: RecordCollection, alreadyIn region: MemoryRegion) {
    precondition(region.bytes.count >= records.byteCount, "the region is too small for the records")
    self.records = records
    self.region = region
    isRead = Monitor([])
    isComplete = Atomic(true)
  }

  /// The address of record 0.
  public var baseAddress: UnsafeRawPointer { UnsafeRawPointer(region.bytes.baseAddress!) }

  /// The bytes reserved for records.
  public var byteCount: Int { region.bytes.count }

  /// Nothing ever waits.
  public var statistics: QueueStatistics? { nil }

  /// Makes references, reading what was not read before; never waits.
  public func references(
    to range: Range<Int>, part: Int, epoch: UInt32, isReading: Bool
  ) throws -> [RecordReference] {
    if isReading { try read(range) }
    return range.map { RecordReference(record: UInt32($0), slot: UInt32($0), epoch: epoch) }
  }

  /// Reads the pieces of those records that were passed over before.
  public func readAbsent(_ references: inout [RecordReference]) throws {
    for index in references.indices {
      let record = references[index].record
      try read(Int(record)..<Int(record) + 1)
      references[index].slot = record
    }
  }

  /// Does nothing: records stay.
  public func release(_ references: ArraySlice<RecordReference>) {}

  /// Does nothing: there are no waits.
  public func cancel() {}

  /// Reads all pieces that overlap `range` and were not read before.
  private func read(_ range: Range<Int>) throws {
    guard !isComplete.load(ordering: .acquiring) else { return }
    let pieces = range.lowerBound / Self.pieceLength...(range.upperBound - 1) / Self.pieceLength
    for piece in pieces where !isRead.withLock({ $0[piece] }) {
      let first = piece * Self.pieceLength
      try fill(first..<min(first + Self.pieceLength, records.recordCount))
      let areAllRead = isRead.withLock { isRead in
        isRead[piece] = true
        return piece == pieces.upperBound && !isRead.contains(false)
      }
      if areAllRead { isComplete.store(true, ordering: .releasing) }
    }
  }

  /// Reads the records of `range` from the parts that hold them.
  private func fill(_ range: Range<Int>) throws {
    var next = range.lowerBound
    while next < range.upperBound {
      let (part, index) = records.location(ofRecord: next)
      let stop = min(range.upperBound, records.firstRecords[part + 1])
      let bytes = region.bytes[next * records.recordLength..<stop * records.recordLength]
      try records.parts[part].source.readRecords(
        in: index..<index + (stop - next), into: UnsafeMutableRawBufferPointer(rebasing: bytes))
      next = stop
    }
  }
}

extension ResidentRecordStore {
  /// How many pieces were read so far.
  var readPieceCount: Int { isRead.withLock { $0.count(where: { $0 }) } }
}
