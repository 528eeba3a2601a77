import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A reader error", .timeLimit(.minutes(1)))
struct ReaderErrorTests {
  private let scratch = ScratchDirectory("reader-error")

  @Test("a missing file is named, with the reason in words")
  func missing() {
    #expect(
      "\(ReaderError.cannotOpen("a.bin", .noSuchFileOrDirectory))"
        == "a.bin: cannot be opened: No such file or directory")
  }

  @Test("a name stays on one line, whatever its bytes are")
  func escaped() {
    #expect(
      ReaderError.endsEarly("a\n\u{1b}[2J", expected: 100, found: 60).description
        == #"a\n\x1b[2J: ends early, it was cut while being read (expected 100 bytes, found 60)"#)
    #expect("\(ReaderError.notARegularFile("a\nb"))" == #"a\nb: is not a regular file"#)
  }

  @Test("a directory is refused, and a named pipe without waiting for a writer (B06)")
  func notRegular() throws {
    let pipe = scratch.path.appending("pipe")
    #expect(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)

    for path in [scratch.path, pipe] {
      let names = try closedQueue(of: [path])
      #expect(throws: ReaderError.notARegularFile(path)) { try WholeFileReader().read(from: names) }
    }
  }
}
