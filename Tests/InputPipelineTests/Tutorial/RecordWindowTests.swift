import InputPipeline
import Testing

@Suite("A record window")
struct RecordWindowTests {
  /// Lengths of a window and a file, and the records that are whole.
  struct Case: Sendable, CustomTestStringConvertible {
    let header, record, footer, hop, byteCount, count, leftover: Int

    init(
      _ header: Int, _ record: Int, _ footer: Int, hop: Int = 0, in byteCount: Int, _ count: Int,
      leftover: Int
    ) {
      self.header = header
      self.record = record
      self.footer = footer
      self.hop = hop
      self.byteCount = byteCount
      self.count = count
      self.leftover = leftover
    }

    var testDescription: String { "\(header)+\(record)+\(footer), hop \(hop), \(byteCount) bytes" }
  }

  @Test(
    "counts the records that fit whole before the footer, and drops a partial one (6.11, 6.12)",
    arguments: [
      Case(0, 3073, 0, in: 30_730_000, 10_000, leftover: 0),
      Case(0, 3073, 0, in: 30_729_999, 9_999, leftover: 3072),
      Case(0, 3, 0, in: 0, 0, leftover: 0),
      Case(0, 3, 0, in: 2, 0, leftover: 2),
      Case(5, 3, 2, in: 9, 0, leftover: 2),
      Case(5, 3, 2, in: 10, 1, leftover: 0),
      Case(5, 3, 2, in: 12, 1, leftover: 2),
      Case(5, 3, 2, in: 13, 2, leftover: 0),
      Case(5, 3, 2, in: 3, 0, leftover: 0),
      // Overlapping windows: 0..<3, 1..<4, 2..<5.
      Case(0, 3, 0, hop: 1, in: 5, 3, leftover: 0),
      // Gaps: 0..<3, 5..<8; the gap after the last record is not needed.
      Case(0, 3, 0, hop: 5, in: 8, 2, leftover: 0),
      Case(0, 3, 0, hop: 5, in: 7, 1, leftover: 4),
      Case(0, 3, 2, hop: 5, in: 10, 2, leftover: 0),
    ])
  func recordCount(_ sample: Case) throws {
    let window = try RecordWindow(
      headerLength: sample.header, recordLength: sample.record, footerLength: sample.footer,
      hopLength: sample.hop)

    #expect(window.recordCount(byteCount: sample.byteCount) == sample.count)
    #expect(window.leftoverLength(byteCount: sample.byteCount) == sample.leftover)
  }

  @Test("record k lies at header + k * hop (6.11)")
  func offsets() throws {
    let window = try RecordWindow(headerLength: 5, recordLength: 3, footerLength: 1, hopLength: 7)

    #expect((0..<3).map { window.offset(ofRecord: $0) } == [5, 12, 19])
  }

  @Test("a hop of 0 means the record length (6.10)")
  func defaultHop() throws {
    #expect(try RecordWindow(recordLength: 3) == RecordWindow(recordLength: 3, hopLength: 3))
  }

  @Test(
    "negative lengths and records of no length are refused (6.10)",
    arguments: [
      (-1, 3, 0, 0, "header length", 0, -1), (0, 0, 0, 0, "record length", 1, 0),
      (0, -3, 0, 0, "record length", 1, -3), (0, 3, -2, 0, "footer length", 0, -2),
      (0, 3, 0, -4, "hop length", 0, -4),
    ])
  func refused(
    header: Int, record: Int, footer: Int, hop: Int, name: String, minimum: Int, found: Int
  ) {
    #expect(throws: ReaderError.lengthTooSmall(name: name, minimum: minimum, found: found)) {
      try RecordWindow(
        headerLength: header, recordLength: record, footerLength: footer, hopLength: hop)
    }
  }

  @Test("lengths that do not add up to an integer are refused")
  func overflow() {
    #expect(throws: ReaderError.lengthsTooLarge) {
      try RecordWindow(headerLength: .max, recordLength: 1)
    }
  }
}
