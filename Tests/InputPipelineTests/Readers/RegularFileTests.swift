import Glibc
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A regular file", .timeLimit(.minutes(1)))
struct RegularFileTests {
  private let scratch = ScratchDirectory("regular-file")

  private func bytes(of file: RegularFile, at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
    return bytes
  }

  @Test("is read at any offset, and knows its size")
  func reads() throws {
    let file = try RegularFile(scratch.write(Array(0..<200), to: "a"))

    #expect(file.byteCount == 200)
    #expect(try bytes(of: file, at: 190, count: 10) == Array(190..<200))
    #expect(try bytes(of: file, at: 3, count: 2) == [3, 4])
    #expect(try bytes(of: file, at: 200, count: 0) == [])
  }

  @Test("a missing file is named, with the reason in words")
  func missing() throws {
    let path = scratch.path.appending("missing")

    #expect(throws: ReaderError.cannotOpen(path, .noSuchFileOrDirectory)) { try RegularFile(path) }
    #expect(
      "\(ReaderError.cannotOpen("a.bin", .noSuchFileOrDirectory))"
        == "a.bin: cannot be opened: No such file or directory")
  }

  @Test("a directory is refused (B06)")
  func directory() {
    #expect(throws: ReaderError.notARegularFile(scratch.path)) { try RegularFile(scratch.path) }
  }

  @Test("a named pipe is refused without waiting for a writer (V06)")
  func namedPipe() {
    let path = scratch.path.appending("pipe")
    #expect(path.withPlatformString { mkfifo($0, 0o600) } == 0)

    #expect(throws: ReaderError.notARegularFile(path)) { try RegularFile(path) }
  }

  @Test("a file cut while it is open is an error and no signal (B03)")
  func cutWhileOpen() throws {
    let path = scratch.write(Array(repeating: 7, count: 100), to: "a")
    let file = try RegularFile(path)
    #expect(path.withPlatformString { truncate($0, 60) } == 0)

    #expect(throws: ReaderError.endsEarly(path, expected: 100, found: 60)) {
      try bytes(of: file, at: 50, count: 50)
    }
    #expect(try bytes(of: file, at: 50, count: 10) == Array(repeating: 7, count: 10))
  }
}
