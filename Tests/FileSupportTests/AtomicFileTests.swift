import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("AtomicFile")
struct AtomicFileTests {
  private let scratch = ScratchDirectory("atomic")

  private var names: [String] { FileBytes.names(in: scratch.path) }

  private func write(_ text: String, to file: AtomicFile) throws {
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
  }

  @Test("the final name appears with all bytes when it is published, not before")
  func publish() throws {
    let path = scratch.path.appending("out")
    let file = try AtomicFile(path)
    try write("abc", to: file)
    #expect(names == [file.temporaryPath.lastComponent!.string])

    try file.publish()

    #expect(names == ["out"])
    #expect(FileBytes.read(path) == Array("abc".utf8))
  }

  @Test("a file that has its name says so when the directory cannot be flushed any more")
  func notDurable() throws {
    let path = scratch.path.appending("out")
    let file = try AtomicFile(path)
    try write("abc", to: file)
    makeUnflushable(scratch.path)

    #expect(throws: FileError.notDurable(path: path, operation: .sync, reason: .badFileDescriptor)) {
      try file.publish()
    }

    #expect(names == ["out"])
    #expect(FileBytes.read(path) == Array("abc".utf8))
    #expect(throws: FileError.exists(path: path, kind: .regular)) { try AtomicFile(path) }
  }

  @Test("nothing stays behind without publishing")
  func abandon() throws {
    var file: AtomicFile? = try AtomicFile(scratch.path.appending("out"))
    try write("abc", to: file!)

    file = nil

    #expect(names == [])
  }

  @Test("an existing file is refused at once, and replaced only with leave and only at the end")
  func existing() throws {
    let path = scratch.write(Array("old".utf8), to: "out")

    #expect(throws: FileError.exists(path: path, kind: .regular)) { try AtomicFile(path) }
    let file = try AtomicFile(path, replacesExisting: true)
    try write("new", to: file)
    #expect(FileBytes.read(path) == Array("old".utf8))
    try file.publish()

    #expect(FileBytes.read(path) == Array("new".utf8))
    #expect(names == ["out"])
  }

  @Test("a file that appears meanwhile is not replaced")
  func race() throws {
    let path = scratch.path.appending("out")
    let file = try AtomicFile(path)
    scratch.write(Array("other".utf8), to: "out")

    #expect(throws: FileError.exists(path: path, kind: .regular)) { try file.publish() }
    file.abandon()

    #expect(FileBytes.read(path) == Array("other".utf8))
    #expect(names == ["out"])
  }

  @Test("links, directories and devices are never replaced")
  func notReplaceable() throws {
    let target = scratch.write([1], to: "target")
    let link = scratch.path.appending("link")
    #expect(symlink(target.string, link.string) == 0)

    for replaces in [false, true] {
      #expect(throws: FileError.notReplaceable(path: link, kind: .symbolicLink)) {
        try AtomicFile(link, replacesExisting: replaces)
      }
      #expect(throws: FileError.notReplaceable(path: "/dev/null", kind: .device)) {
        try AtomicFile("/dev/null", replacesExisting: replaces)
      }
      #expect(throws: FileError.notReplaceable(path: scratch.path, kind: .directory)) {
        try AtomicFile(scratch.path, replacesExisting: replaces)
      }
    }
    #expect(FileBytes.read(target) == [1])
  }

  @Test("an output without a name or without a directory is refused", arguments: ["/", ".", "..", "a/.."])
  func notAName(text: String) {
    #expect(throws: FileError.notAName(path: FilePath(text))) { try AtomicFile(FilePath(text)) }
  }

  @Test("a missing directory is an error of creating")
  func missingDirectory() {
    let parent = scratch.path.appending("no")
    #expect(
      throws: FileError.system(path: parent, operation: .create, reason: .noSuchFileOrDirectory)
    ) {
      try AtomicFile(parent.appending("out"))
    }
  }

  @Test("leftovers of a dead run are removed, those of living runs and other files are not")
  func leftovers() throws {
    let path = scratch.path.appending("out")
    let dead = ".out.cifar-pipe-99999999-0123abcd.part"
    let foreign = ".other.cifar-pipe-99999999-0123abcd.part"
    scratch.write([1], to: dead)
    scratch.write([1], to: foreign)
    let living = try AtomicFile(path)
    let livingName = living.temporaryPath.lastComponent!.string

    let second = try AtomicFile(path)

    #expect(
      names == [foreign, livingName, second.temporaryPath.lastComponent!.string].sorted())
    try living.publish()
    #expect(throws: FileError.exists(path: path, kind: .regular)) { try second.publish() }
  }
}
