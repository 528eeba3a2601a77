import Testing

@testable import TarArchive

@Suite("InputBuffer")
struct InputBufferTests {
  private let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  @Test(
    "what is shown is still there to be taken, whatever the pieces and on whatever thread",
    .timeLimit(.minutes(1)), arguments: [1, 3, 512, 1000], [false, true])
  func peek(pieceSize: Int, overlaps: Bool) throws {
    let buffer = InputBuffer(MemorySource(bytes, pieceSize: pieceSize), overlaps: overlaps)

    #expect(try Array(buffer.peek(4)) == Array(bytes[..<4]))
    #expect(try Array(buffer.peek(512)) == Array(bytes[..<512]))
    #expect(buffer.offset == 0)
    #expect(try buffer.next() == bytes[0])
    #expect(try Array(buffer.peek(512)) == Array(bytes[1..<513]))
    var rest = [UInt8](repeating: 0, count: 1000)
    let count = try rest.withUnsafeMutableBytes { try buffer.readFully(into: $0) }

    #expect(Array(rest[..<count]) == Array(bytes[1...]))
    #expect(buffer.offset == 600)
    #expect(try buffer.next() == nil)
  }

  @Test("at the end fewer bytes are shown than asked for")
  func peekAtEnd() throws {
    let buffer = InputBuffer(MemorySource([1, 2, 3]))

    #expect(try Array(buffer.peek(512)) == [1, 2, 3])
    #expect(try buffer.fill())
    buffer.take(3)
    #expect(try !buffer.fill())
    #expect(try Array(buffer.peek(1)) == [])
  }
}
