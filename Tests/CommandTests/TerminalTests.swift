import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("Terminals", .timeLimit(.minutes(5)))
struct TerminalTests {
  @Test(
    "binary formats are refused on a terminal, before any work",
    arguments: [
      ["batch", "--format", "npy"], ["batch", "--format", "raw"],
      ["batch", "--format", "raw", "--output", "-"], ["batch", "--format", "raw", "--output", "/dev/stdout"],
      ["show", "--output", "/dev/fd/1"],
      ["show", "--output", "-"],
    ])
  func refused(words: [String]) throws {
    var command = Tool.command(words + ["--data", "nowhere"])
    command.terminal = PseudoTerminal()
    command.standardOutput = .terminal

    let result = command.runChecked()

    #expect(result.status == .exited(64))
    #expect(result.errorText.hasPrefix("cifar-pipe: a terminal cannot show"))
  }

  @Test(
    "nobody types an archive", arguments: [["batch", "--data", "-"], ["verify", "-"], ["extract", "-"]])
  func typed(words: [String]) {
    var command = Tool.command(words)
    command.terminal = PseudoTerminal()
    command.readsTerminal = true

    let result = command.runChecked()

    #expect(result.status == .exited(64))
    #expect(result.errorText.hasPrefix("cifar-pipe: standard input is a terminal"))
  }

  @Test("an archive is not written to a terminal")
  func archive() {
    var command = Tool.command(["synth", "--output", "-"])
    command.terminal = PseudoTerminal()
    command.standardOutput = .terminal

    #expect(command.runChecked().status == .exited(64))
  }

  @Test("text is printed on a terminal")
  func printed() throws {
    var command = Tool.command(["batch", "--data", SampleData.directory.string, "--batches", "1"])
    command.terminal = PseudoTerminal()
    command.standardOutput = .terminal

    #expect(command.runChecked().status == .exited(0))
  }
}
