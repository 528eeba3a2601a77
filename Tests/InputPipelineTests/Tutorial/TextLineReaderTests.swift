import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A text line reader", .timeLimit(.minutes(1)))
struct TextLineReaderTests {
  private let scratch = ScratchDirectory("text-line")

  @Test(
    "gives lines without their ends, numbered from 1 with the skipped ones counted (6.2)",
    arguments: [
      (0, "one\ntwo\n", ["f:1=one", "f:2=two"]),
      (0, "one\ntwo", ["f:1=one", "f:2=two"]),
      (0, "one\r\nt\rwo\r\r\n", ["f:1=one", "f:2=two"]),
      (0, "\n\nx\n\n", ["f:1=", "f:2=", "f:3=x", "f:4="]),
      (0, "", []), (0, "x\n\r", ["f:1=x"]),
      (1, "head\none\n", ["f:2=one"]), (2, "head\none\n", []), (5, "head\n", []),
    ])
  func lines(skipped: Int, content: String, expected: [String]) throws {
    let file = scratch.write(Array(content.utf8), to: "f")

    let lines = try TextLineReader(skippedLineCount: skipped).readAll(from: closedQueue(of: [file]))

    #expect(lines == expected)
  }

  @Test("the lines to skip are skipped in every file")
  func skippedInEachFile() throws {
    let names = [scratch.write(Array("h\nx\n".utf8), to: "a"), scratch.write(Array("h\ny\n".utf8), to: "b")]

    let lines = try TextLineReader(skippedLineCount: 1).readAll(from: closedQueue(of: names))

    #expect(lines == ["a:2=x", "b:2=y"])
  }

  @Test("lines come out whole across the blocks in which a file is read")
  func severalBlocks() throws {
    let expected = (0..<60_000).map { "line number \($0)" }
    let content = expected.map { $0 + "\n" }.joined()
    let reader = TextLineReader()
    let names = try closedQueue(of: [scratch.write(Array(content.utf8), to: "f")])

    var lines: [String] = []
    while let records = try reader.readUpTo(1000, from: names) {
      lines += records.map { String(decoding: $0.value, as: UTF8.self) }
    }

    #expect(content.utf8.count > 3 * 256 << 10)
    #expect(lines == expected)
  }

  @Test("a line over the limit is an error that names it; a line at the limit is not")
  func limit() throws {
    let path = scratch.write(Array("12345\n123456\n".utf8), to: "f")
    let names = try closedQueue(of: [path])
    let reader = TextLineReader(maximumLineLength: 5)

    #expect(try reader.read(from: names)?.key.number == 1)
    #expect(throws: ReaderError.lineTooLong(path, line: 2, maximum: 5)) { try reader.read(from: names) }
  }
}
