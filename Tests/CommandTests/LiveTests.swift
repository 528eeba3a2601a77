import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// The live view by what a person sees on the terminal.
@Suite("Watching a run", .timeLimit(.minutes(5)))
struct LiveTests {
  /// A run that goes on until it is stopped, its output in a file.
  private func live(
    _ more: [String] = [], columns: Int = 80, rows: Int = 24, term: String = "xterm"
  ) -> (run: CommandRun, scratch: ScratchDirectory) {
    let scratch = ScratchDirectory("live")
    var command = Tool.command(
      [
        "batch", "--data", SampleData.directory.string, "--threads", "2", "--live", "--format", "summary",
        "--no-digest",
      ] + (more.isEmpty ? ["--epochs", "1000000"] : more), in: scratch.path)
    command.environment.append("TERM=\(term)")
    command.terminal = PseudoTerminal(columns: columns, rows: rows)
    command.standardError = .terminal
    return (command.start(), scratch)
  }

  private static let isDrawn: @Sendable (TerminalScreen) -> Bool = {
    $0.text.contains(" images/s") && $0.text.contains("limit so far: ")
  }

  @Test(
    "queues, rate and limit are drawn in place, and a signal leaves nothing of them",
    arguments: [SIGINT, SIGTERM])
  func drawn(signal: Int32) {
    let (run, scratch) = live()

    #expect(run.waitForScreen(until: Self.isDrawn))
    let first = run.screen.text
    for queue in ["parts ", "shuffle ", "plans ", "ready "] {
      #expect(first.contains("\n\(queue)"), "\(first)")
    }
    #expect(run.waitForScreen { Self.isDrawn($0) && $0.text != first })
    #expect(run.screen.text.components(" images/s") == 1, "\(run.screen.text)")
    run.send(signal)
    let result = run.finish()

    #expect(result.status == .signalled(signal))
    #expect(run.screen.text == "", "\(run.screen.text)")
    #expect(run.screen.isCursorVisible && !run.screen.isAlternate)
    #expect(run.screen.cursor == (0, 0))
    #expect(run.screen.unknown == [])
    #expect(run.screen.scrolledOff == [])
    withExtendedLifetime(scratch) {}
  }

  @Test("a window that becomes narrower or lower while a frame is shown has no remains of it")
  func resized() {
    let (run, scratch) = live()
    #expect(run.waitForScreen(until: Self.isDrawn))

    run.resize(columns: 40, rows: 20)
    let folded = run.screen.text
    #expect(run.waitForScreen { Self.isDrawn($0) && $0.text != folded })
    #expect(run.screen.text.components(" images/s") == 1, "\(run.screen.text)")
    run.resize(columns: 120, rows: 30)
    #expect(run.waitForScreen { Self.isDrawn($0) && $0.text.contains("[") })
    run.send(SIGINT)

    #expect(run.finish().status == .signalled(SIGINT))
    #expect(run.screen.text == "", "\(run.screen.text)")
    #expect(run.screen.unknown == [])
    withExtendedLifetime(scratch) {}
  }

  @Test("messages, the answer to a question among them, stand above the frame, which goes on below")
  func messages() {
    let (run, scratch) = live()
    #expect(run.waitForScreen(until: Self.isDrawn))

    run.send(SIGUSR1)
    #expect(run.waitForScreen { $0.text.contains("the rest up now") && Self.isDrawn($0) })
    #expect(run.screen.rows[0].hasPrefix("cifar-pipe: "), "\(run.screen.text)")
    run.send(SIGINT)

    #expect(run.finish().status == .signalled(SIGINT))
    #expect(
      run.screen.text.split(separator: "\n").allSatisfy { $0.hasPrefix("cifar-pipe: ") || !$0.contains("[") })
    #expect(!run.screen.text.contains("images/s"))
    withExtendedLifetime(scratch) {}
  }

  @Test(
    "lines of data on the same terminal come out whole, in their order, with no frame between them at the end"
  )
  func data() {
    var command = Tool.command([
      "batch", "--data", SampleData.directory.string, "--threads", "2", "--live", "--batches", "30",
      "--batch-size", "1000",
    ])
    command.environment.append("TERM=xterm")
    command.terminal = PseudoTerminal(columns: 80, rows: 24)
    command.standardError = .terminal
    command.standardOutput = .terminal
    let run = command.start()

    #expect(run.finish().status == .exited(0))
    let rows = run.screen.scrolledOff + run.screen.rows.filter { !$0.isEmpty }
    #expect(rows == Array(repeating: "(1000, 24, 24, 3) (1000, 1)", count: 30))
    #expect(run.terminalText.contains(" images/s"))
  }

  @Test("an error is told where the frame was")
  func failure() {
    let (run, scratch) = live(["--epochs", "1000000", "--stall-limit", "1"])
    #expect(run.waitForScreen(until: Self.isDrawn))
    run.send(SIGTERM)
    _ = run.finish()

    let (other, otherScratch) = live(["--data", "nowhere"])
    #expect(other.finish().status == .exited(66))
    #expect(other.screen.text.hasPrefix("cifar-pipe: nowhere"))
    withExtendedLifetime((scratch, otherScratch)) {}
  }

  @Test(
    "where nothing can be drawn a message says so, and the run is as without",
    arguments: ["dumb", "pipe", "quiet"])
  func nowhere(kind: String) {
    let words = ["batch", "--data", SampleData.directory.string, "--live", "--batches", "3"]
    var command = Tool.command(words + (kind == "quiet" ? ["--quiet"] : []))
    command.environment.append("TERM=\(kind == "dumb" ? "dumb" : "xterm")")
    if kind != "pipe" {
      command.terminal = PseudoTerminal()
      command.standardError = .terminal
    }
    let run = command.start()
    let result = run.finish()

    #expect(result.status == .exited(0))
    #expect(result.outputText.split(separator: "\n").count == 3)
    let text = kind == "pipe" ? result.errorText : run.terminalText
    #expect(!text.contains("\u{1b}"))
    #expect(text.contains("'--live' has nowhere to draw") == (kind != "quiet"))
  }
}

extension String {
  /// How often a part comes in the text.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
