import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A whole-file reader", .timeLimit(.minutes(1)))
struct WholeFileReaderTests {
  private let scratch = ScratchDirectory("whole-file")

  @Test("gives each file as one record with its name as key, an empty file too (6.2)")
  func reads() throws {
    let names = [
      scratch.write(Array("x\ny\n".utf8), to: "a"), scratch.write([], to: "b"),
    ]

    let lines = try WholeFileReader().readAll(from: closedQueue(of: names))

    #expect(lines == ["a=x\ny\n", "b="])
  }

  @Test("a file over the limit is refused before it is read")
  func limit() throws {
    let path = scratch.write([1, 2, 3], to: "a")
    let reader = WholeFileReader(maximumByteCount: 2)

    #expect(throws: ReaderError.fileTooLong(path, maximum: 2, found: 3)) {
      try reader.read(from: closedQueue(of: [path]))
    }
    #expect(
      try WholeFileReader(maximumByteCount: 3).read(from: closedQueue(of: [path]))?.value == [1, 2, 3])
  }
}
