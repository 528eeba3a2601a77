import InputPipeline
import Testing

@Suite("A record cursor")
struct RecordCursorTests {
  private func ranges(_ counts: [Int], upTo count: Int) -> [String] {
    var cursor = RecordCursor(recordCounts: counts)
    var ranges: [String] = []
    while let range = cursor.next(upTo: count) { ranges.append("\(range.unit):\(range.records)") }
    return ranges
  }

  @Test("hands out ranges that never span two units (6.4)")
  func neverSpans() {
    #expect(ranges([5, 5], upTo: 2) == ["0:0..<2", "0:2..<4", "0:4..<5", "1:0..<2", "1:2..<4", "1:4..<5"])
  }

  @Test("skips units without records")
  func skipsEmpty() {
    #expect(ranges([0, 2, 0, 0, 1, 0], upTo: 10) == ["1:0..<2", "4:0..<1"])
    #expect(ranges([], upTo: 1) == [])
    #expect(ranges([0], upTo: 1) == [])
  }

  @Test("takes as many records as asked for each time")
  func changingCounts() {
    var cursor = RecordCursor(recordCounts: [6])

    #expect(cursor.next(upTo: 1) == RecordRange(unit: 0, records: 0..<1))
    #expect(cursor.next(upTo: 3) == RecordRange(unit: 0, records: 1..<4))
    #expect(cursor.next(upTo: .max) == RecordRange(unit: 0, records: 4..<6))
    #expect(cursor.next(upTo: 1) == nil)
    #expect(cursor.next(upTo: 1) == nil)
  }
}
