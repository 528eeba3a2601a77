import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import FileSupport

@Suite("DirectoryHandle")
struct DirectoryHandleTests {
  private let scratch = ScratchDirectory("handle")

  @Test("links are refused wherever a directory or file is expected")
  func links() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    try root.createDirectory("real").synchronize()
    #expect(symlink("real", scratch.path.appending("link").string) == 0)

    #expect(throws: FileError.self) { try root.openDirectory("link") }
    #expect(throws: FileError.self) { try root.createDirectory("link") }
    #expect(throws: FileError.self) { try root.createFile("link") }
    #expect(
      throws: FileError.wrongKind(
        path: root.path(of: "link"), expected: .regular, found: .symbolicLink)
    ) { try root.openFile("link") }
    #expect(try root.kind(of: "link") == .symbolicLink)
  }

  @Test("opening a named pipe is refused instead of waiting", .timeLimit(.minutes(1)))
  func namedPipe() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    #expect(mkfifo(scratch.path.appending("p").string, 0o600) == 0)

    #expect(
      throws: FileError.wrongKind(path: root.path(of: "p"), expected: .regular, found: .pipe)
    ) { try root.openFile("p") }
  }

  @Test("removing a tree takes links away and leaves what they point to")
  func removal() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    let kept = try root.createDirectory("kept")
    try kept.createFile("file").close()
    let tree = try root.createDirectory("tree")
    #expect(symlink("../kept", tree.path.appending("link").string) == 0)
    try tree.createDirectory("sub").createFile("x").close()

    try root.removeTree("tree")
    try root.removeTree("absent")

    #expect(try root.kind(of: "tree") == nil)
    #expect(try kept.kind(of: "file") == .regular)
  }

  @Test("a rename refuses, replaces or exchanges as asked")
  func rename() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    scratch.write([1], to: "a")
    scratch.write([2], to: "b")

    #expect(
      throws: FileError.system(path: root.path(of: "b"), operation: .rename, reason: .fileExists)
    ) { try root.rename("a", to: "b", existing: .refused) }
    try root.rename("a", to: "b", existing: .exchanged)
    #expect(FileBytes.read(root.path(of: "a")) == [2])
    try root.rename("a", to: "b", existing: .replaced)

    #expect(FileBytes.read(root.path(of: "b")) == [2])
    #expect(try root.kind(of: "a") == nil)
  }

  @Test("names of any bytes are listed as they are")
  func entries() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    let odd = try #require(FilePath.Component(bytes: [0xff, 0x0a, 0x20]))
    try root.createFile(odd).close()

    #expect(try root.entries() == [odd])
    #expect(try !root.isEmpty())
  }

  @Test("names that cannot be listed leave no descriptor open")
  func failedListing() throws {
    let root = try DirectoryHandle(opening: scratch.path)
    let refusal = FileError.system(path: scratch.path, operation: .read, reason: .noMemory)

    #expect(throws: refusal) {
      try root.entries { _ in
        errno = ENOMEM
        return nil
      }
    }

    #expect(openDescriptorCount(below: scratch.path) == 1)
  }
}
