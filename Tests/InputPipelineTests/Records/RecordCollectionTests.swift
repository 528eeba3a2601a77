import Testing

@testable import InputPipeline

@Suite("Parts as one sequence of records")
struct RecordCollectionTests {
  @Test("a record is found in its part, also beside an empty one")
  func location() throws {
    let records = try NumberedRecords.collection([2, 0, 3])

    let places = (0..<5).map { records.location(ofRecord: $0) }

    #expect(places.map(\.part) == [0, 0, 2, 2, 2] && places.map(\.index) == [0, 1, 0, 1, 2])
    #expect(records.recordCount == 5 && records.byteCount == 40)
  }

  @Test("more records than 32 bits can number are refused")
  func tooMany() throws {
    let limit = Int(RecordReference.absent)
    let error = RecordCollectionError(recordCount: limit)
    #expect(throws: error) { try NumberedRecords.collection([1, limit - 1]) }
    let parts = [1, Int.max].map {
      RecordCollection.Part(name: "a", source: NumberedRecords(first: 0, recordCount: $0))
    }
    #expect(throws: RecordCollectionError.self) { try RecordCollection(recordLength: 1, parts: parts) }
    #expect(
      error.description == "data set: too many records (expected less than 4294967295, found 4294967295)")
    #expect(try NumberedRecords.collection([1, limit - 2]).recordCount == limit - 1)
  }
}
