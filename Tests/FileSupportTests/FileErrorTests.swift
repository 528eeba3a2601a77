import FileSupport
import SystemPackage
import Testing

@Suite("FileError")
struct FileErrorTests {
  @Test(
    "says path, action and reason in one line of words",
    arguments: [
      (
        FileError.system(path: "/d/x", operation: .write, reason: .noSpace),
        "/d/x: cannot write: no space left on device"
      ),
      (
        .system(path: "a\nb", operation: .open, reason: .noSuchFileOrDirectory),
        #"a\nb: cannot open: no such file or directory"#
      ),
      (
        .system(path: "x", operation: .sync, reason: .ioError), "x: cannot flush: input/output error"
      ),
      (.exists(path: "out", kind: .directory), "out: already exists (a directory that is not empty)"),
      (.exists(path: "out", kind: .regular), "out: already exists (a file)"),
      (
        .notReplaceable(path: "out", kind: .symbolicLink),
        "out: is in the way and is not replaced (a symbolic link)"
      ),
      (
        .wrongKind(path: "p", expected: .regular, found: .pipe),
        "p: is of the wrong kind (expected a file, found a named pipe)"
      ),
      (
        .notDurable(path: "p", operation: .sync, reason: .ioError),
        "p: written, but perhaps not durable: cannot flush: input/output error"
      ),
      (
        .changed(path: "p", expected: 3, found: 2),
        "p: changed while being read (expected 3 bytes, found 2)"
      ),
      (.replaced(path: "p"), "p: another file took its place while it was read"),
      (.locked(path: "l", holder: 42), "l: is locked by process 42"),
      (.locked(path: "l", holder: nil), "l: is locked by another process"),
    ])
  func description(error: FileError, expected: String) {
    #expect(error.description == expected)
  }
}
