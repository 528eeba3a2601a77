import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import TarArchive

@Suite("BackgroundSource")
struct BackgroundSourceTests {
  private struct Broken: Error {}

  /// Gives `count` bytes, then fails.
  private final class FailingSource: ByteSource {
    let name = "failing"
    private var rest: Int

    init(after count: Int) { rest = count }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      guard rest > 0 else { throw Broken() }
      let count = min(rest, buffer.count, 1000)
      rest -= count
      return count
    }

    func cancel() {}
  }

  @Test("gives the same bytes in the same order", .timeLimit(.minutes(1)), arguments: [1, 1000, 300_000])
  func order(pieceSize: Int) throws {
    let bytes = (0..<(pieceSize == 1 ? 5000 : 3_000_000)).map {
      UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9)
    }
    let source = BackgroundSource(MemorySource(bytes, pieceSize: pieceSize))
    var result = [UInt8](repeating: 0, count: bytes.count + 1)

    let count = try result.withUnsafeMutableBytes { try source.readFully(into: $0) }

    #expect(count == bytes.count)
    #expect(result.dropLast() == bytes[...])
  }

  @Test("lends the bytes that are not read yet, in any turn with reading", .timeLimit(.minutes(1)))
  func lending() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }
    let source = BackgroundSource(MemorySource(bytes))
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1000)

    while case let lent = try source.lend(), !lent.isEmpty {
      result += lent
      result += try piece[..<piece.withUnsafeMutableBytes { try source.read(into: $0) }]
    }

    #expect(result == bytes)
    #expect(try source.lend().isEmpty)
  }

  @Test("passes an error on after the bytes before it, and again", .timeLimit(.minutes(1)))
  func failure() throws {
    let whole = BackgroundSource.bufferSize
    let source = BackgroundSource(FailingSource(after: whole))
    var result = [UInt8](repeating: 0, count: whole)

    let count = try result.withUnsafeMutableBytes { try source.readFully(into: $0) }

    #expect(count == whole)
    for _ in 0..<2 {
      #expect(throws: Broken.self) { try result.withUnsafeMutableBytes { try source.read(into: $0) } }
    }
  }

  @Test("ends with its last reference while its thread waits for room", .timeLimit(.minutes(1)))
  func abandonedFull() throws {
    var source: BackgroundSource? = BackgroundSource(
      RepeatingSource(beginning: [], piece: [UInt8](repeating: 1, count: 1000), times: .max))
    var byte = [UInt8](repeating: 0, count: 1)
    #expect(try byte.withUnsafeMutableBytes { try source!.read(into: $0) } == 1)

    source = nil
  }

  @Test("ends with its last reference while its thread waits for bytes of a pipe", .timeLimit(.minutes(1)))
  func abandonedWaiting() throws {
    let ends = try FileDescriptor.pipe()
    defer {
      try? ends.readEnd.close()
      try? ends.writeEnd.close()
    }
    var source: BackgroundSource? = BackgroundSource(try FileSource(ends.readEnd, path: "pipe"))
    #expect(source?.name == "pipe")

    source = nil
  }
}
