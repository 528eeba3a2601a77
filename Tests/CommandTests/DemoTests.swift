import Glibc
import PipeTestSupport
import Testing

@testable import CIFARPipeCommands

/// What the lessons print is compared by the cases; here is what a pipe cannot show.
@Suite("Lessons", .timeLimit(.minutes(5)))
struct DemoTests {
  static let lessons = ["fifo", "runner", "shuffle"]

  @Test("a lesson fits into 80 columns of plain characters", arguments: lessons)
  func columns(lesson: String) {
    let lines = Tool.run("demo", lesson).outputText.split(separator: "\n")

    #expect(lines.filter { $0.count > 80 || !$0.allSatisfy(\.isASCII) } == [])
    #expect(lines.count > 20)
  }

  @Test("any number of threads gives the same transcript each time", arguments: 1...6)
  func threads(count: Int) {
    let transcripts = (0..<4).map { _ in Tool.run("demo", "runner", "--threads", "\(count)").outputText }

    #expect(Set(transcripts).count == 1)
    #expect(transcripts[0].contains("join throws \"data_batch_2.bin:"))
  }

  @Test("a lesson ends by a signal", arguments: lessons, [SIGINT, SIGTERM])
  func signals(lesson: String, signal: Int32) {
    let run = Tool.command(["demo", lesson, "--speed", "0.01"]).start()
    run.readOutput(1)

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText == "")
  }

  @Test("a reader that goes away ends a lesson")
  func readerGone() {
    let run = Tool.command(["demo", "shuffle", "--speed", "20"]).start()
    run.readOutput(1)

    run.closeOutput()

    #expect(run.finishChecked().status == .signalled(SIGPIPE))
  }

  /// A lesson on a terminal, from which it also reads.
  private func onTerminal(_ words: [String], kind: String) -> Command {
    var command = Tool.command(["demo"] + words)
    command.environment.append("TERM=\(kind)")
    command.terminal = PseudoTerminal(columns: 80, rows: 24)
    command.standardOutput = .terminal
    command.readsTerminal = true
    return command
  }

  @Test("with '--step' each key goes one step on", arguments: ["xterm", "dumb"])
  func steps(kind: String) throws {
    let command = onTerminal(["fifo", "--step"], kind: kind)
    let terminal = try #require(command.terminal)
    let run = command.start()

    #expect(run.waitForScreen { $0.text.contains("what happens") })
    #expect(!terminal.isInLineMode)
    for text in ["three numbers are put in", "takes 1", "takes 2", "takes 3", "wants a fourth"] {
      #expect(!run.screen.text.contains(text))
      terminal.type(" ")
      #expect(run.waitForScreen { $0.text.contains(text) })
    }
    terminal.type(String(repeating: " ", count: 20))
    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    #expect(run.terminalText.hasSuffix("Next: cifar-pipe demo runner\r\n"))
    #expect(terminal.isInLineMode)
  }

  @Test(
    "a signal ends a lesson on a terminal and leaves it as it was", arguments: ["xterm", "dumb"],
    [["fifo"], ["fifo", "--step"], ["runner"], ["shuffle"]])
  func signalOnTerminal(kind: String, words: [String]) throws {
    let command = onTerminal(words, kind: kind)
    let terminal = try #require(command.terminal)
    let run = command.start()
    #expect(run.waitForScreen { $0.text.contains("time") })
    terminal.type("typed meanwhile")

    run.send(SIGINT)
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGINT))
    #expect(terminal.isInLineMode)
    #expect(!run.terminalText.contains("\u{1b}"))
    #expect(!run.terminalText.contains("typed"))
    #expect(run.terminalText.hasSuffix("\r\n"))
  }

  @Test("a picture, a wrapped text and a plot")
  func parts() {
    var picture = QueuePicture(capacity: 3, elementWidth: 2, waitingShown: 2)
    picture.elements = ["a1"]
    picture.waiting = ["b1", "c1", "d1", "e1"]

    #expect(picture.text == "+3 b1 -> [ .  . a1] ->    ")
    picture.moveUp()
    #expect(picture.text == "e1 d1 -> [c1 b1 a1] ->    ")
    #expect(Text.wrapped("one two three", width: 7) == ["one two", "three"])
    #expect(Text.wrapped("longer", width: 3) == ["longer"])
    #expect(ShuffleLesson.plot([0, 5, 6, 10, 11, 12, 15, 16, 17, 18, 19]).hasPrefix(".:+# "))
    #expect([0, 19, 20, 199].map(ShuffleLesson.label) == [0, 0, 1, 9])
  }
}
