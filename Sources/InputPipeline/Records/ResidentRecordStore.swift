import Threads
import Synchronization

/// A ``RecordStore`` with room for the whole data set: a record is read once and stays.
///
/// The slot of a record is its number. The store may serve several pipelines, one after the other.
public final class ResidentRecordStore: RecordStore {
  /// The most records of a piece, the unit in which reading is remembered: a batch's worth, so that the first batch
  /// waits for hardly more records than it needs.
  ///
  /// A piece never spans two parts, or a part would be read because its neighbour is wanted.
  static let pieceLength = 128

  /// The data set whose records are stored.
  public let records: RecordCollection

  private let region: MemoryRegion
  /// For each part the number of its first piece.
  private let firstPieces: [Int]
  let pieces: Monitor<PieceRules>
  /// The end of a fill, or a cancel.
  private let settled = Condition()
  /// Whether all pieces were read: all that a later epoch asks.
  private let isComplete: Atomic<Bool>

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
    pieces = Monitor(PieceRules(count: pieceCount))
    isComplete = Atomic(pieceCount == 0)
  }

  /// A store whose records lie in `region` already, one after the other.
  ///
  /// - Parameter region: At least the byte count of `records`; traps otherwise.
  public init(_ records: RecordCollection, alreadyIn region: MemoryRegion) {
    require(
      region.bytes.count >= records.byteCount,
      "record store: \(records.byteCount) bytes of records do not fit into a region of \(region.bytes.count)")
    self.records = records
    self.region = region
    firstPieces = []
    pieces = Monitor(PieceRules(count: 0))
    isComplete = Atomic(true)
  }

  /// The address of record 0.
  public var baseAddress: UnsafeRawPointer { UnsafeRawPointer(region.bytes.baseAddress!) }

  /// The bytes reserved for records.
  public var byteCount: Int { region.bytes.count }

  /// Nothing ever waits for a slot.
  public var statistics: QueueStatistics? { nil }

  /// Makes references, reading what was not read before.
  ///
  /// What ends a wait for another thread that reads the same piece: the end of its reading, also by an error, or
  /// ``cancel()``.
  public func references(
    to range: Range<Int>, part: Int, epoch: UInt32, isReading: Bool
  ) throws -> [RecordReference] {
    if isReading && !isComplete.load(ordering: .acquiring) { try read(range, part: part) }
    return range.map {
      RecordReference(
        record: UInt32($0), slot: isReading ? UInt32($0) : RecordReference.absent, epoch: epoch)
    }
  }

  /// Reads the pieces of those records that were passed over before; waits as
  /// ``references(to:part:epoch:isReading:)``.
  public func readAbsent(_ references: inout [RecordReference]) throws {
    for index in references.indices {
      let record = Int(references[index].record)
      if !isComplete.load(ordering: .acquiring) {
        try read(record..<record + 1, part: records.location(ofRecord: record).part)
      }
      references[index].slot = references[index].record
    }
  }

  /// Does nothing: records stay.
  public func release(_ references: ArraySlice<RecordReference>) {}

  /// Ends the waits that have begun; a later pipeline waits as the first one did.
  public func cancel() {
    pieces.withLock { $0.cancel() }
    settled.broadcast()
  }

  /// Reads all pieces that overlap `range` of `part` and were not read before.
  private func read(_ range: Range<Int>, part: Int) throws {
    let all = records.firstRecords[part]..<records.firstRecords[part + 1]
    let firstIndex = (range.lowerBound - all.lowerBound) / Self.pieceLength
    let lastIndex = (range.upperBound - 1 - all.lowerBound) / Self.pieceLength
    let own = firstPieces[part]
    var index = firstIndex
    while index <= lastIndex {
      guard try claim(own + index) else {
        index += 1
        continue
      }
      // Neighbours that nobody reads come in the same go: a source is asked once for many records.
      let end = pieces.withLock { pieces in
        (index + 1...lastIndex + 1).first { $0 > lastIndex || !pieces.claimAbsent(own + $0) }!
      }
      let claimed = own + index..<own + end
      let first = all.lowerBound + index * Self.pieceLength
      do {
        try fill(first..<min(all.lowerBound + end * Self.pieceLength, all.upperBound), part: part)
      } catch {
        settle(claimed, isRead: false)
        throw error
      }
      settle(claimed, isRead: true)
      index = end
    }
  }

  /// Whether the piece is the caller's to read; otherwise it was read.
  private func claim(_ piece: Int) throws(QueueError) -> Bool {
    var cancelCount: Int?
    var claim = pieces.withLock { $0.claim(piece, begunAfter: &cancelCount) }
    if claim == nil {
      let activity = ThreadActivity.current
      activity?.wait(at: "records in memory", for: .element)
      defer { activity?.goOn() }
      claim = pieces.wait(on: settled) { $0.claim(piece, begunAfter: &cancelCount) }
    }
    switch claim! {
    case .read: return true
    case .wasRead: return false
    case .cancelled: throw .closed(queue: "records in memory")
    }
  }

  private func settle(_ claimed: Range<Int>, isRead: Bool) {
    let areAllRead = pieces.withLock { pieces in
      for piece in claimed { pieces.settle(piece, isRead: isRead) }
      return pieces.unreadCount == 0
    }
    if areAllRead { isComplete.store(true, ordering: .releasing) }
    settled.broadcast()
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

/// The rules of ``ResidentRecordStore``, free of threads: who reads a piece, and who waits for it.
///
/// The reader and a batcher that continues a run may want the same piece. Only one of them reads it, because a
/// source may write a record more than once before its bytes are right.
struct PieceRules {
  /// What a thread that wants a piece does.
  enum Claim {
    /// Reads it, then calls ``settle(_:isRead:)``.
    case read
    /// Uses it.
    case wasRead
    /// Gives up.
    case cancelled
  }

  private enum State { case absent, filling, read }

  private var states: [State]
  private(set) var unreadCount: Int
  private var cancelCount = 0

  init(count: Int) {
    states = Array(repeating: .absent, count: count)
    unreadCount = count
  }

  /// What to do about `piece`; `nil` means "not yet", while another thread reads it.
  ///
  /// - Parameter cancelCount: `nil` at the first question of a wait; the same variable at each later one.
  mutating func claim(_ piece: Int, begunAfter cancelCount: inout Int?) -> Claim? {
    switch states[piece] {
    case .absent:
      states[piece] = .filling
      return .read
    case .read:
      return .wasRead
    case .filling:
      defer { cancelCount = cancelCount ?? self.cancelCount }
      return cancelCount ?? self.cancelCount == self.cancelCount ? nil : .cancelled
    }
  }

  /// Takes `piece` for reading if nobody has read it or reads it.
  mutating func claimAbsent(_ piece: Int) -> Bool {
    guard states[piece] == .absent else { return false }
    states[piece] = .filling
    return true
  }

  /// Ends the reading of `piece`; if it failed, the next thread that wants the piece reads it.
  mutating func settle(_ piece: Int, isRead: Bool) {
    precondition(states[piece] == .filling, "nobody reads piece \(piece)")
    states[piece] = isRead ? .read : .absent
    if isRead { unreadCount -= 1 }
  }

  /// Ends all waits that have begun.
  mutating func cancel() {
    cancelCount += 1
  }
}
