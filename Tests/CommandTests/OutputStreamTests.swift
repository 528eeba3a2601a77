import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

@Suite("Where results go", .timeLimit(.minutes(1)))
struct OutputStreamTests {
  /// A pipe whose ends are closed with the last reference.
  private final class Pipe: Sendable {
    let reading: FileDescriptor
    let writing: FileDescriptor

    init() throws {
      (reading, writing) = try FileDescriptor.pipe()
    }

    deinit {
      try? reading.close()
      try? writing.close()
    }

    /// Reads `count` bytes in small steps on a thread of its own.
    func read(_ count: Int, step: Int) -> Background<[UInt8]> {
      Background { [self] in
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: step)
        while bytes.count < count {
          let found = piece.withUnsafeMutableBytes { try? reading.read(into: $0) } ?? 0
          guard found > 0 else { break }
          bytes += piece[..<found]
        }
        return bytes
      }
    }
  }

  private static let pieces: [[UInt8]] = [
    [], [1, 2, 3], (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }, [], [4],
    (0..<100_001).map { UInt8(truncatingIfNeeded: $0 >> 3) }, [],
  ]

  private func write(_ pieces: [[UInt8]], to stream: OutputStream) throws {
    let memory = pieces.map { bytes in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      copy.copyBytes(from: bytes)
      return UnsafeRawBufferPointer(copy)
    }
    defer { for piece in memory { piece.deallocate() } }
    try stream.write(memory)
  }

  @Test(
    "all pieces arrive, however few bytes a write takes, and whether or not the output blocks",
    arguments: [1_000, 5_000, 1 << 20], [false, true])
  func shortWrites(step: Int, blocks: Bool) throws {
    let pipe = try Pipe()
    // One page: every write of the large pieces is cut.
    #expect(cp_pipe_set_size(pipe.writing.rawValue, 4096) == 4096)
    if !blocks { #expect(fcntl(pipe.writing.rawValue, F_SETFL, O_NONBLOCK) == 0) }
    let flags = fcntl(pipe.writing.rawValue, F_GETFL)
    let expected = Self.pieces.flatMap { $0 }
    let reader = pipe.read(expected.count, step: step)

    try write(Self.pieces, to: OutputStream(pipe.writing, name: "p"))

    let isIdentical = reader.value == expected
    #expect(isIdentical)
    #expect(fcntl(pipe.writing.rawValue, F_GETFL) == flags)
  }

  @Test("a full disk is an error with its reason")
  func full() throws {
    let file = try FileDescriptor.open("/dev/full", .writeOnly)
    defer { try? file.close() }

    let error = #expect(throws: CommandError.self) { try write([[1]], to: OutputStream(file, name: "out")) }

    #expect(error?.description == "out: no space left on device")
  }

  @Test("a small pipe is made larger, a larger one and a file stay as they are")
  func pipeSize() throws {
    let small = try Pipe()
    #expect(cp_pipe_set_size(small.writing.rawValue, 8192) == 8192)
    OutputStream(small.writing, name: "p").enlargePipe()
    #expect(cp_pipe_size(small.writing.rawValue) == Int32(OutputStream.pipeByteCount))

    let large = try Pipe()
    // Above the limit for programs without privileges, so this may be refused.
    let size = max(cp_pipe_set_size(large.writing.rawValue, 4 << 20), cp_pipe_size(large.writing.rawValue))
    OutputStream(large.writing, name: "p").enlargePipe()
    #expect(cp_pipe_size(large.writing.rawValue) == max(size, Int32(OutputStream.pipeByteCount)))

    let file = try FileDescriptor.open("/dev/null", .writeOnly)
    OutputStream(file, name: "f").enlargePipe()
    try write([[1]], to: OutputStream(file, name: "f"))
    try file.close()
  }
}
