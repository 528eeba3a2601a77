import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A fixed-length record reader", .timeLimit(.minutes(1)))
struct FixedLengthRecordReaderTests {
  private let scratch = ScratchDirectory("fixed-length")

  @Test(
    "reads the records that its window describes (6.11, 6.12)",
    arguments: [
      (0, 3, 0, 0, "abcdefgh", ["f:0=abc", "f:1=def"]),
      (2, 3, 0, 0, "##abcdef", ["f:0=abc", "f:1=def"]),
      (0, 3, 2, 0, "abcdef!!", ["f:0=abc", "f:1=def"]),
      (1, 3, 1, 0, "#abcdef", ["f:0=abc"]),
      (0, 3, 0, 1, "abcde", ["f:0=abc", "f:1=bcd", "f:2=cde"]),
      (0, 2, 0, 5, "ab...cd...e", ["f:0=ab", "f:1=cd"]),
      (0, 3, 0, 0, "ab", []), (0, 3, 0, 0, "", []), (2, 3, 0, 0, "##", []),
    ])
  func windows(
    header: Int, record: Int, footer: Int, hop: Int, content: String, expected: [String]
  ) throws {
    let reader = FixedLengthRecordReader(
      try RecordWindow(
        headerLength: header, recordLength: record, footerLength: footer, hopLength: hop))
    let file = scratch.write(Array(content.utf8), to: "f")

    #expect(try reader.readAll(from: closedQueue(of: [file])) == expected)
  }

  @Test("a file shorter than the header is an error of that file alone (6.15)")
  func shorterThanHeader() throws {
    let reader = FixedLengthRecordReader(try RecordWindow(headerLength: 4, recordLength: 1))
    let short = scratch.write(Array("###".utf8), to: "short")
    let names = try closedQueue(of: [short, scratch.write(Array("####x".utf8), to: "f")])

    #expect(throws: ReaderError.shorterThanHeader(short, headerLength: 4, found: 3)) {
      try reader.read(from: names)
    }
    #expect(try reader.readAll(from: names) == ["f:0=x"])
  }

  @Test("records come out whole across the blocks in which a file is read (6.17)", arguments: [0, 700, 5000])
  func severalBlocks(hop: Int) throws {
    let window = try RecordWindow(headerLength: 11, recordLength: 3073, hopLength: hop)
    let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let reader = FixedLengthRecordReader(window)
    let names = try closedQueue(of: [scratch.write(content, to: "f")])

    var count = 0
    while let record = try reader.read(from: names) {
      let offset = window.offset(ofRecord: count)
      try #require(record.key.number == count)
      try #require(record.value.elementsEqual(content[offset..<offset + 3073]))
      count += 1
    }

    #expect(count == window.recordCount(byteCount: content.count))
    #expect(count > 100)
  }

  @Test("a record longer than a block is read whole")
  func longRecord() throws {
    let content = [UInt8](repeating: 1, count: 400_000) + [UInt8](repeating: 2, count: 400_000)
    let reader = FixedLengthRecordReader(try RecordWindow(recordLength: 400_000))
    let names = try closedQueue(of: [scratch.write(content, to: "f")])

    #expect(try reader.read(from: names)?.value == Array(content[..<400_000]))
    #expect(try reader.read(from: names)?.value == Array(content[400_000...]))
    #expect(try reader.read(from: names) == nil)
  }

  @Test("a file cut between two blocks is an error with the offset (B03)")
  func cutOnTheWay() throws {
    let path = scratch.write([UInt8](repeating: 1, count: 600_000), to: "f")
    let reader = FixedLengthRecordReader(try RecordWindow(recordLength: 1000))
    let names = try closedQueue(of: [path])
    for _ in 0..<262 { _ = try reader.read(from: names) }
    #expect(path.withPlatformString { truncate($0, 300_000) } == 0)

    #expect(throws: ReaderError.endsEarly(path, expected: 600_000, found: 300_000)) {
      try reader.read(from: names)
    }
    #expect(try reader.read(from: names) == nil)
  }

  @Test("the key is the name and the index in the file (6.2)")
  func key() {
    #expect("\(RecordKey(path: "data/batch 1.bin", number: 7))" == "data/batch 1.bin:7")
  }
}
