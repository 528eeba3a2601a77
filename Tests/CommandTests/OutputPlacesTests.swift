import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Outputs that are no files, as far as one has to do something meanwhile; what they get is in cases/batch/special-outputs.
@Suite("Outputs that are no files (B32)", .timeLimit(.minutes(2)))
struct OutputPlacesTests {
  private let scratch = ScratchDirectory("places")
  private var pipe: FilePath { scratch.path.appending("pipe") }

  init() {
    #expect(mkfifo(pipe.string, 0o600) == 0)
  }

  private func batch(_ more: String...) -> Command {
    Tool.command(
      [
        "batch", "--data", SampleData.directory.string, "--format", "raw", "--epochs", "1000000", "--output",
        "pipe",
      ]
        + more, in: scratch.path)
  }

  @Test("a pipe that nobody reads is waited for until a signal comes", arguments: [SIGINT, SIGTERM])
  func waiting(signal: Int32) {
    let run = batch().start()
    // The thread that waits for signals is there, and the main one sleeps: only to open this end, which would be a reader,
    // tells more.
    let process = FilePath("/proc/\(run.process)")
    let isWaiting = becomesTrue {
      FileBytes.names(in: process.appending("task")).count > 1
        && FileBytes.text(process.appending("stat"))?.contains(") S ") == true
    }
    #expect(isWaiting)

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText == "")
    #expect(FileBytes.names(in: scratch.path) == ["pipe"])
  }

  @Test("a reader that goes away ends the run by SIGPIPE, without a message and with a token")
  func readerGone() throws {
    let run = batch("--token-file", "token", "--seed", "1").start()
    // What ends the wait: the program, which opens the other end.
    let reader = open(pipe.string, O_RDONLY | O_CLOEXEC)
    var byte: UInt8 = 0
    #expect(read(reader, &byte, 1) == 1)
    close(reader)
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGPIPE))
    #expect(result.duration < .seconds(20))
    #expect(result.errorText == "")
    #expect(FileBytes.text(scratch.path.appending("token"))?.hasPrefix("cifar-pipe-1@") == true)
  }
}
