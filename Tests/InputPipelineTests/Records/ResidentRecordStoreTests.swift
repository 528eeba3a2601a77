import Platform
import PipeTestSupport
import Testing
import Threads

@testable import InputPipeline

@Suite("Records that stay in memory")
struct ResidentRecordStoreTests {
  /// Three small parts, one of several pieces, and an empty one.
  private static let sizes = [10, 20, 2 * ResidentRecordStore.pieceLength + 1, 0, 30]

  private func number(at slot: UInt32, in store: ResidentRecordStore) -> UInt64 {
    (store.baseAddress + Int(slot) * NumberedRecords.length).load(as: UInt64.self)
  }

  @Test("a part is read for its own records alone, piece by piece")
  func pieces() throws {
    let store = try ResidentRecordStore(NumberedRecords.collection(Self.sizes))
    #expect(store.readPieceCount == 0)

    let second = try store.references(to: 10..<30, part: 1, epoch: 7, isReading: true)
    #expect(store.readPieceCount == 1)
    #expect(second.map(\.record) == Array(10..<30) && second.allSatisfy { $0.epoch == 7 })
    #expect(second.map { number(at: $0.slot, in: store) } == Array(10..<30))
    // The neighbours were not touched.
    #expect((1..<10).allSatisfy { number(at: $0, in: store) == 0 } && number(at: 30, in: store) == 0)

    _ = try store.references(to: 40..<42, part: 2, epoch: 0, isReading: true)
    #expect(store.readPieceCount == 2)
    let nextPiece = 30 + ResidentRecordStore.pieceLength
    _ = try store.references(to: nextPiece - 1..<nextPiece + 1, part: 2, epoch: 0, isReading: true)
    #expect(store.readPieceCount == 3)
  }

  @Test("after all parts nothing is read again, also where some records were read on demand")
  func complete() throws {
    let records = try NumberedRecords.collection(Self.sizes)
    let store = try ResidentRecordStore(records)
    var some = try store.references(to: 40..<42, part: 2, epoch: 0, isReading: false)
    #expect(store.readPieceCount == 0)
    try store.readAbsent(&some)
    #expect(store.readPieceCount == 1)

    for _ in 0..<2 {
      for part in records.parts.indices where records.parts[part].source.recordCount > 0 {
        let range = records.firstRecords[part]..<records.firstRecords[part + 1]
        let references = try store.references(to: range, part: part, epoch: 0, isReading: true)
        #expect(references.map { number(at: $0.slot, in: store) } == range.map(UInt64.init))
      }
      #expect(store.readPieceCount == 6)
    }
  }

  // MARK: Two threads that want the same piece

  @Test(
    "a piece that one thread reads is not read by another, which a cancel lets go", .timeLimit(.minutes(1)))
  func oneReading() throws {
    let source = GatedRecords()
    let store = try source.store()
    let reader = Background { Result { try readAll(store) } }
    source.gate.waitForArrivals(1)

    let batcher = Background { Result { try readLast(store) } }
    // A cancel ends the waits that have begun, and nobody can tell from outside when that is.
    while !batcher.isDone {
      store.cancel()
      sched_yield()
    }
    #expect(throws: QueueError.self) { try batcher.value.get() }

    // The next pipeline waits for the same reading, and then has its bytes.
    let next = Background { Result { try readLast(store) } }
    source.gate.open()
    #expect(try reader.value.get() == Array(0..<20))
    #expect(try next.value.get() == 19)
    #expect(source.readings.withLock { $0 } == 1)
  }

  @Test("a reading that fails leaves the piece to whoever wants it next", .timeLimit(.minutes(1)))
  func failedReading() throws {
    let source = GatedRecords(failsFirst: true)
    let store = try source.store()
    let reader = Background { Result { try readAll(store) } }
    source.gate.waitForArrivals(1)
    let batcher = Background { Result { try readLast(store) } }

    source.gate.open()

    #expect(throws: GatedRecords.Failure.self) { try reader.value.get() }
    #expect(try batcher.value.get() == 19)
    #expect(source.readings.withLock { $0 } == 2 && store.readPieceCount == 1)
  }

  @Test("the rules: one reads, the others wait for the end, an error or a cancel")
  func rules() {
    var pieces = PieceRules(count: 2)
    var (first, second): (Int?, Int?) = (nil, nil)
    #expect(pieces.claim(0, begunAfter: &first) == .read)
    #expect(pieces.claim(0, begunAfter: &first) == nil)
    #expect(pieces.claim(1, begunAfter: &second) == .read)

    pieces.cancel()
    #expect(pieces.claim(0, begunAfter: &first) == .cancelled)
    #expect(pieces.claim(0, begunAfter: &second) == nil, "a wait that begins after the cancel")

    pieces.settle(0, isRead: false)
    #expect(pieces.claim(0, begunAfter: &second) == .read && pieces.unreadCount == 2)
    pieces.settle(0, isRead: true)
    #expect(pieces.claim(0, begunAfter: &first) == .wasRead && pieces.unreadCount == 1)
  }

  private func readAll(_ store: ResidentRecordStore) throws -> [UInt64] {
    try store.references(to: 0..<20, part: 0, epoch: 0, isReading: true).map {
      number(at: $0.slot, in: store)
    }
  }

  private func readLast(_ store: ResidentRecordStore) throws -> UInt64 {
    var last = [RecordReference(record: 19, slot: RecordReference.absent, epoch: 0)]
    try store.readAbsent(&last)
    return number(at: last[0].slot, in: store)
  }
}

/// 20 records whose first reading stops at a gate.
private struct GatedRecords: RecordSource {
  struct Failure: Error {}

  let gate = Gate()
  let readings = Monitor(0)
  var failsFirst = false
  let recordCount = 20

  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    let reading = readings.withLock {
      $0 += 1
      return $0
    }
    if reading == 1 { gate.wait() }
    if reading == 1 && failsFirst { throw Failure() }
    try NumberedRecords(first: 0, recordCount: recordCount).readRecords(in: range, into: buffer)
  }

  func store() throws -> ResidentRecordStore {
    try ResidentRecordStore(
      RecordCollection(recordLength: NumberedRecords.length, parts: [.init(name: "a", source: self)]))
  }
}

extension ResidentRecordStore {
  /// How many pieces were read so far.
  var readPieceCount: Int {
    let pieceCount = records.parts.reduce(0) {
      $0 + ($1.source.recordCount + Self.pieceLength - 1) / Self.pieceLength
    }
    return pieceCount - pieces.withLock { $0.unreadCount }
  }
}
