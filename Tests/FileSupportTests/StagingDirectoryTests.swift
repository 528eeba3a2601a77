import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("StagingDirectory")
struct StagingDirectoryTests {
  private let scratch = ScratchDirectory("staging")
  private var output: FilePath { scratch.path.appending("out") }

  private func names(_ path: FilePath? = nil) -> [String] {
    FileBytes.names(in: path ?? scratch.path)
  }

  private func fill(_ directory: DirectoryHandle, file name: FilePath.Component = "new") throws {
    try directory.createFile(name).close()
  }

  @Test("the final name appears when it is published, not before")
  func publish() throws {
    let staging = try StagingDirectory(output)
    try fill(staging.handle)
    #expect(names().allSatisfy { $0.hasPrefix(".out.cifar-pipe-") })

    try staging.publish()

    #expect(names() == ["out"])
    #expect(names(output) == ["new"])
  }

  @Test("a directory that has its name says so when the one above cannot be flushed any more")
  func notDurable() throws {
    let staging = try StagingDirectory(output)
    try fill(staging.handle)
    makeUnflushable(scratch.path)

    #expect(throws: FileError.notDurable(path: output, operation: .sync, reason: .badFileDescriptor)) {
      try staging.publish()
    }

    #expect(names() == ["out"])
    #expect(names(output) == ["new"])
    #expect(throws: FileError.exists(path: output, kind: .directory)) { try StagingDirectory(output) }
  }

  @Test("nothing stays behind without publishing, not even deep contents")
  func abandon() throws {
    var staging: StagingDirectory? = try StagingDirectory(output)
    let deep = try staging!.handle.createDirectory("a").createDirectory("b")
    try fill(deep)

    staging = nil

    #expect(names() == [])
  }

  @Test("an empty directory is taken over, one with contents is refused without leave")
  func existing() throws {
    try DirectoryHandle(opening: scratch.path).createDirectory("out").synchronize()
    let staging = try StagingDirectory(output)
    try fill(staging.handle)
    try staging.publish()

    #expect(throws: FileError.exists(path: output, kind: .directory)) {
      try StagingDirectory(output)
    }
    #expect(names(output) == ["new"])
    #expect(names() == ["out"])
  }

  @Test("with leave the old directory is complete until the moment it is replaced")
  func replace() throws {
    let old = try DirectoryHandle(opening: scratch.path).createDirectory("out")
    try fill(old, file: "old")
    let staging = try StagingDirectory(output, replacing: ReplaceableContents { entry, _ in entry == "old" })
    try fill(staging.handle)
    #expect(names(output) == ["old"])

    try staging.publish()

    #expect(names(output) == ["new"])
    #expect(names() == ["out"])
  }

  @Test("a directory with anything else in it stays, however deep that is, also if it comes meanwhile")
  func foreign() throws {
    let old = try DirectoryHandle(opening: scratch.path).createDirectory("out")
    try fill(old.createDirectory("inner"), file: "old")
    let contents = ReplaceableContents { entry, kind in entry == (kind == .directory ? "inner" : "inner/old")
    }
    let staging = try StagingDirectory(output, replacing: contents)
    try fill(staging.handle)
    try fill(old.openDirectory("inner"), file: "mine")

    let refusal = FileError.foreignContents(path: output, name: "inner/mine")
    #expect(throws: refusal) { try StagingDirectory(output, replacing: contents) }
    #expect(throws: refusal) { try staging.publish() }
    staging.abandon()

    #expect(names(output.appending("inner")) == ["mine", "old"])
    #expect(names() == ["out"])
  }

  @Test("contents that appear meanwhile are not replaced")
  func race() throws {
    let staging = try StagingDirectory(output)
    let other = try DirectoryHandle(opening: scratch.path).createDirectory("out")
    try fill(other, file: "other")

    #expect(throws: FileError.exists(path: output, kind: .directory)) { try staging.publish() }
    staging.abandon()

    #expect(names(output) == ["other"])
    #expect(names() == ["out"])
  }

  @Test("a link or a file in its place is never replaced", arguments: [false, true])
  func notReplaceable(replaces: Bool) throws {
    try DirectoryHandle(opening: scratch.path).createDirectory("target").synchronize()
    #expect(symlink("target", output.string) == 0)
    let file = scratch.write([1], to: "file")
    let anything = ReplaceableContents { _, _ in true }

    for trailing in ["", "/"] {
      let path = FilePath(output.string + trailing)
      #expect(throws: FileError.notReplaceable(path: path, kind: .symbolicLink)) {
        try StagingDirectory(path, replacing: replaces ? anything : nil)
      }
    }
    #expect(throws: FileError.notReplaceable(path: file, kind: .regular)) {
      try StagingDirectory(file, replacing: replaces ? anything : nil)
    }
    #expect(names() == ["file", "out", "target"])
  }

  @Test("leftovers of a dead run are removed, those of a living one are not")
  func leftovers() throws {
    let parent = try DirectoryHandle(opening: scratch.path)
    let dead = try parent.createDirectory(".out.cifar-pipe-99999999-0123abcd.staging")
    try fill(dead.createDirectory("sub"))
    let living = try StagingDirectory(output)

    let second = try StagingDirectory(output)

    #expect(names().count == 2)
    second.abandon()
    try living.publish()
    #expect(names() == ["out"])
  }
}
