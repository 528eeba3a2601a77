import FileSupport
import Platform
import PipeTestSupport
import Synchronization
import SystemPackage
import TarArchive
import Testing
import Threads

@Suite("FileSource")
struct FileSourceTests {
  private struct Stopped: Error {}

  @Test("a missing file and a directory are errors of the file system")
  func unreadable() {
    let scratch = ScratchDirectory()
    let missing = scratch.path.appending("no")

    #expect(
      throws: FileError.system(path: missing, operation: .open, reason: .noSuchFileOrDirectory)
    ) { try FileSource(opening: missing) }
    #expect(
      throws: FileError.wrongKind(path: scratch.path, expected: .regular, found: .directory)
    ) { try FileSource(opening: scratch.path) }
  }

  @Test("a wait for bytes of a pipe ends when the checkpoint throws", .timeLimit(.minutes(1)))
  func checkpoint() throws {
    let ends = try FileDescriptor.pipe()
    defer {
      try? ends.readEnd.close()
      try? ends.writeEnd.close()
    }
    let calls = Atomic(0)
    let source = try FileSource(ends.readEnd, path: "pipe") {
      if calls.add(1, ordering: .relaxed).newValue > 2 { throw Stopped() }
    }

    #expect(throws: Stopped.self) { try readAll(source) }
  }

  @Test("an archive through a pipe, one byte per write, is read whole", .timeLimit(.minutes(2)))
  func pipe() throws {
    let bytes = try compressed(Sample.tar)
    let ends = try FileDescriptor.pipe()
    let writer = try PipelineThread(starting: "writer") {
      for byte in bytes {
        withUnsafeBytes(of: byte) { _ = write(ends.writeEnd.rawValue, $0.baseAddress, 1) }
      }
      try? ends.writeEnd.close()
    }

    let members = try readAll(FileSource(ends.readEnd, path: "pipe"), overlaps: true)

    writer.join()
    try ends.readEnd.close()
    #expect(members == Sample.members)
  }
}
