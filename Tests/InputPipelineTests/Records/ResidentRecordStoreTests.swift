import Testing

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

    _ = try store.references(to: 130..<132, part: 2, epoch: 0, isReading: true)
    #expect(store.readPieceCount == 2)
    _ = try store.references(to: 541..<543, part: 2, epoch: 0, isReading: true)
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
}
