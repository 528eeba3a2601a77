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
      ["batch", "--format", "raw", "--output", "-"],
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

  @Test("text is printed on a terminal")
  func printed() throws {
    var command = Tool.command(["batch", "--data", SampleData.directory.string, "--batches", "1"])
    command.terminal = PseudoTerminal()
    command.standardOutput = .terminal

    #expect(command.runChecked().status == .exited(0))
  }
}
