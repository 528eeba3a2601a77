import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A checked file", .timeLimit(.minutes(1)))
struct CheckedFileTests {
  private let scratch = ScratchDirectory("checked-file")

  @Test("is read at any offset, and knows its length")
  func reads() throws {
    let file = try CheckedFile(scratch.write(Array(0..<200), to: "a"))

    #expect(file.byteCount == 200)
    #expect(try file.bytes(in: 190..<200) == Array(190..<200))
    #expect(try file.bytes(in: 3..<5) == [3, 4])
    #expect(try file.bytes(in: 200..<200) == [])
  }

  @Test("a missing file is named")
  func missing() {
    let path = scratch.path.appending("missing")

    #expect(throws: FileError.system(path: path, operation: .open, reason: .noSuchFileOrDirectory)) {
      try CheckedFile(path)
    }
    #expect(throws: FileError.system(path: path, operation: .inspect, reason: .noSuchFileOrDirectory)) {
      try CheckedFile.look(at: path)
    }
  }

  @Test("a directory and a device are refused, and a named pipe without waiting for a writer")
  func kinds() {
    let pipe = scratch.path.appending("pipe")
    #expect(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)

    for (path, kind) in [(scratch.path, FileKind.directory), (pipe, .pipe), ("/dev/null", .device)] {
      let refusal = FileError.wrongKind(path: path, expected: .regular, found: kind)
      #expect(throws: refusal) { try CheckedFile(path) }
      #expect(throws: refusal) { try CheckedFile.look(at: path) }
    }
  }

  @Test("a file that is cut while it is open is an error and no signal")
  func cutWhileOpen() throws {
    let path = scratch.write(Array(repeating: 7, count: 100), to: "a")
    let file = try CheckedFile(path)
    #expect(path.withPlatformString { truncate($0, 60) } == 0)

    #expect(throws: FileError.changed(path: path, expected: 100, found: 60)) {
      try file.bytes(in: 50..<100)
    }
    #expect(try file.bytes(in: 50..<60) == Array(repeating: 7, count: 10))
  }

  @Test("a file that was looked at may have been written to, but not replaced")
  func seen() throws {
    let path = scratch.write([1, 2, 3], to: "a")
    let seen = try CheckedFile.look(at: path)

    scratch.write([4, 5], to: "a")
    let file = try CheckedFile(path, seenAs: seen)
    #expect(try file.bytes(in: 0..<2) == [4, 5])
    #expect(throws: FileError.changed(path: path, expected: 3, found: 2)) { try file.bytes(in: 0..<3) }

    let other = scratch.write([1, 2, 3], to: "b")
    #expect(other.withPlatformString { from in path.withPlatformString { rename(from, $0) } } == 0)
    #expect(throws: FileError.replaced(path: path)) { try CheckedFile(path, seenAs: seen) }
  }

  @Test("who has written to it in the meantime is found out, also at the same length")
  func unchanged() throws {
    let path = scratch.write([1, 2, 3], to: "a")
    let file = try CheckedFile(path)
    try file.requireUnchanged(readCount: 3)
    #expect(throws: FileError.changed(path: path, expected: 3, found: 2)) {
      try file.requireUnchanged(readCount: 2)
    }

    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    #expect(path.withPlatformString { utimensat(AT_FDCWD, $0, &times, 0) } == 0)
    #expect(throws: FileError.changed(path: path, expected: 3, found: 3)) {
      try file.requireUnchanged(readCount: 3)
    }

    scratch.write([1, 2, 3, 4], to: "a")
    #expect(throws: FileError.changed(path: path, expected: 3, found: 4)) {
      try file.requireUnchanged(readCount: 3)
    }
  }

  @Test("a file that is refused leaves no descriptor open")
  func closes() throws {
    let seen = try CheckedFile.look(at: scratch.write([1], to: "a"))
    scratch.write([1], to: "b")

    #expect(throws: FileError.self) { try CheckedFile(scratch.path) }
    #expect(throws: FileError.self) { try CheckedFile(scratch.path.appending("b"), seenAs: seen) }
    #expect(try CheckedFile(scratch.path.appending("a")).byteCount == 1)
    #expect(openDescriptorCount(below: scratch.path) == 0)

    let file = try CheckedFile(scratch.path.appending("a"))
    #expect(openDescriptorCount(below: scratch.path) == 1)
    #expect(try file.bytes(in: 0..<1) == [1])
  }
}
