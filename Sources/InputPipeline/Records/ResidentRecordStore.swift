import Synchronization

/// A ``RecordStore`` with room for the whole data set: a record is read once and stays.
///
/// The slot of a record is its number. The store may serve several pipelines, one after the other.
public final class ResidentRecordStore: RecordStore {
  /// The most records of a piece, the unit in which reading is done and remembered: about 1.5 MB of CIFAR.
  ///
  /// A piece never spans two parts, or a part would be read because its neighbour is wanted.
  static let pieceLength = 512

  /// The data set whose records are stored.
  public let records: RecordCollection

  private let region: MemoryRegion
  /// For each part the number of its first piece.
  private let firstPieces: [Int]
  fileprivate let pieces: Monitor<Pieces>
  private let isComplete: Atomic<Bool>

  /// Which pieces were read.
  fileprivate struct Pieces {
    var areRead: [Bool]
    var unreadCount: Int

    init(count: Int) {
      areRead = Array(repeating: false, count: count)
      unreadCount = count
    }
  }

  /// A store that reads from the sources of `records` when it is asked for them.
  ///
  /// - Throws: ``MemoryError``.
  public init(_ records: RecordCollection) throws(MemoryError) {
    self.records = records
    region = try MemoryRegion(byteCount: records.byteCount)
    var pieceCount = 0
    firstPieces = records.parts.indices.map { part in
      let recordCount = records.firstRecords[part + 1] - records.firstRecords[part]
      defer { pieceCount += (recordCount + Self.pieceLength - 1) / Self.pieceLength }
      return pieceCount
    }
    pieces = Monitor(Pieces(count: pieceCount))
    isComplete = Atomic(pieceCount == 0)
  }

  /// A store whose records lie in `region` already, one after the other.
  ///
  /// - Parameter region: At least the byte count of `records`; traps otherwise.
  public init(_ records: RecordCollection, alreadyIn region: MemoryRegion) {
    precondition(region.bytes.count >= records.byteCount, "the region is too small for the records")
    self.records = records
    self.region = region
    firstPieces = []
    pieces = Monitor(Pieces(count: 0))
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
    if isReading { try read(range, part: part) }
    return range.map {
      RecordReference(
        record: UInt32($0), slot: isReading ? UInt32($0) : RecordReference.absent, epoch: epoch)
    }
  }

  /// Reads the pieces of those records that were passed over before.
  public func readAbsent(_ references: inout [RecordReference]) throws {
    for index in references.indices {
      let record = references[index].record
      try read(
        Int(record)..<Int(record) + 1, part: records.location(ofRecord: Int(record)).part)
      references[index].slot = record
    }
  }

  /// Does nothing: records stay.
  public func release(_ references: ArraySlice<RecordReference>) {}

  /// Does nothing: there are no waits.
  public func cancel() {}

  /// Reads all pieces that overlap `range` of `part` and were not read before.
  private func read(_ range: Range<Int>, part: Int) throws {
    guard !isComplete.load(ordering: .acquiring) else { return }
    let all = records.firstRecords[part]..<records.firstRecords[part + 1]
    let firstIndex = (range.lowerBound - all.lowerBound) / Self.pieceLength
    let lastIndex = (range.upperBound - 1 - all.lowerBound) / Self.pieceLength
    for index in firstIndex...lastIndex {
      let piece = firstPieces[part] + index
      guard !pieces.withLock({ $0.areRead[piece] }) else { continue }
      let first = all.lowerBound + index * Self.pieceLength
      try fill(first..<min(first + Self.pieceLength, all.upperBound), part: part)
      let areAllRead = pieces.withLock { pieces in
        // The reader and a batcher that continues a run may both have read it.
        if !pieces.areRead[piece] { pieces.unreadCount -= 1 }
        pieces.areRead[piece] = true
        return pieces.unreadCount == 0
      }
      if areAllRead { isComplete.store(true, ordering: .releasing) }
    }
  }

  /// Reads the records of `range`, all of one part.
  private func fill(_ range: Range<Int>, part: Int) throws {
    let length = records.recordLength
    let first = records.firstRecords[part]
    try records.parts[part].source.readRecords(
      in: range.lowerBound - first..<range.upperBound - first,
      into: UnsafeMutableRawBufferPointer(
        rebasing: region.bytes[range.lowerBound * length..<range.upperBound * length]))
  }
}

extension ResidentRecordStore {
  /// How many pieces were read so far.
  var readPieceCount: Int { pieces.withLock { $0.areRead.count - $0.unreadCount } }
}
