import FileSupport
import PipeTestSupport
import SystemPackage
import Testing

@testable import TarArchive

@Suite("FileFlusher", .timeLimit(.minutes(1)))
struct FileFlusherTests {
  private let scratch = ScratchDirectory("flush")

  private func file(_ name: FilePath.Component) throws -> WrittenFile {
    let directory = try DirectoryHandle(opening: scratch.path)
    return WrittenFile(
      descriptor: try directory.createFile(name), path: directory.path(of: name), willBeFlushed: true)
  }

  @Test("takes many more files than wait in line, and all are closed with their bytes in the end")
  func many() throws {
    let flusher = FileFlusher()

    for index in 0..<50 {
      let file = try file(#require(.init("f\(index)")))
      try [UInt8(index)].withUnsafeBytes { try file.write($0) }
      try flusher.submit(file)
    }
    try flusher.finish()

    for index in 0..<50 { #expect(FileBytes.read(scratch.path.appending("f\(index)")) == [UInt8(index)]) }
  }

  @Test("a file that cannot be flushed is reported with its path, at the latest in the end, and again")
  func failure() throws {
    let flusher = FileFlusher()
    // No descriptor has this number, so flushing it is refused.
    let broken = WrittenFile(
      descriptor: FileDescriptor(rawValue: 1_000_000), path: "broken", willBeFlushed: true)
    let expected = FileError.system(path: "broken", operation: .sync, reason: .badFileDescriptor)

    try flusher.submit(broken)

    #expect(throws: expected) { try flusher.finish() }
    #expect(throws: expected) { try flusher.finish() }
    #expect(throws: expected) { try flusher.submit(file("next")) }
  }

  @Test("nothing to flush is no wait")
  func empty() throws {
    try FileFlusher().finish()
  }
}
