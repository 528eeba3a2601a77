import ArgumentParser
import PipeTestSupport
import Testing

@testable import CIFARPipeCommands

/// The help of every command, as a terminal of 80 columns shows it.
@Suite("Help", .timeLimit(.minutes(2)))
struct HelpTests {
  /// All commands, the root and those below others too.
  static let commands = below([CIFARPipe.self])

  private static func below(_ commands: [any ParsableCommand.Type]) -> [any ParsableCommand.Type] {
    commands.flatMap { [$0] + below($0.configuration.subcommands) }
  }

  @Test("fits into 80 columns, with whole examples", arguments: commands.indices)
  func width(index: Int) {
    let command = Self.commands[index]
    for text in [HelpPage(command).whole, HelpPage(command).short] {
      let lines = text.split(separator: "\n")

      #expect(lines.filter { $0.count > 80 } == [])
      for line in Self.exampleLines(command) { #expect(lines.contains(line), "broken: \(line)") }
    }
  }

  @Test(
    "has all that the argument parser says, and the command's own options first", arguments: commands.indices)
  func whole(index: Int) throws {
    let command = Self.commands[index]
    let whole = HelpPage(command).whole
    let titles = whole.matches(of: /(?m)^([A-Z ]+):$/).map { String($0.1) }

    #expect(Self.sortedLines(whole) == Self.sortedLines(HelpPage.plainText(command)))
    #expect(titles.first { $0 != "ARGUMENTS" } == "OPTIONS")
  }

  private static func sortedLines(_ text: String) -> [Substring] {
    text.split(separator: "\n").sorted()
  }

  @Test(
    "in short is for one screen, and has options that there are",
    arguments: HelpPage.mainOptions.keys.sorted())
  func short(name: String) throws {
    let command = try #require(Self.commands.first { $0.configuration.commandName == name })
    let page = HelpPage(command)
    let names = HelpText.parse(page.short).map(\.names)

    #expect(Set(HelpPage.mainOptions[name]!).isSubset(of: page.optionNames))
    #expect(names.count == HelpPage.mainOptions[name]!.count)
    #expect(page.short.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
    let count = HelpText.parse(page.whole).count
    #expect(page.short.hasSuffix("\nAll \(count) options: cifar-pipe \(name) --help"))
  }

  @Test("is short for -h, whole for --help and help")
  func forms() {
    let page = HelpPage(BatchCommand.self)
    for (words, text) in [
      (["batch", "-h"], page.short), (["batch", "--synthetic", "-h"], page.short),
      (["batch", "--help"], page.whole), (["help", "batch"], page.whole),
      (["batch", "--seed", "1", "--help"], page.whole),
    ] {
      let result = Tool.command(words).runChecked()

      #expect(result.outputText == text + "\n", "\(words)")
      #expect(result.status == .exited(0))
    }
    #expect(page.short != page.whole)
  }

  @Test("is the same in a terminal of any width", arguments: ["40", "80", "200"])
  func anyTerminal(columns: String) {
    for words in [["--help"], ["batch", "--help"], ["help", "batch"]] {
      var command = Tool.command(words)
      command.environment.append("COLUMNS=\(columns)")
      let target: any ParsableCommand.Type = words.count == 1 ? CIFARPipe.self : BatchCommand.self

      #expect(command.runChecked().outputText == HelpPage(target).whole + "\n")
    }
  }

  @Test("has examples that the command takes", arguments: commands.indices)
  func examples(index: Int) throws {
    let lines = Self.exampleLines(Self.commands[index])
    let calls = ShellLines(lines).calls(of: "cifar-pipe")

    #expect(lines.isEmpty || !calls.isEmpty)
    for words in calls {
      #expect(throws: Never.self, "\(words)") { try CIFARPipe.parseAsRoot(words) }
    }
  }

  @Test("every manual page has examples, and the command takes them")
  func manualExamples() throws {
    for page in ManualPage.names {
      let lines = try ManualPage(page).lines.map {
        $0.replacing("\\e", with: "\\").replacing("\\-", with: "-")
      }
      let examples = lines.indices.filter { lines[$0].contains("$ ") }.flatMap { first in
        // A command goes on in the next line behind a backslash.
        let end = lines[first...].firstIndex { !$0.hasSuffix("\\") } ?? first
        return lines[first...end].map { Substring($0) }
      }
      for words in ShellLines(examples).calls(of: "cifar-pipe")
      where !words.contains(where: Self.isPlaceholder) {
        #expect(throws: Never.self, "\(page): \(words)") { try CIFARPipe.parseAsRoot(words) }
      }
      #expect(!examples.isEmpty, "\(page)")
    }
  }

  /// Whether a word of an example is not meant as it is: in capitals, or of the shell.
  private static func isPlaceholder(_ word: String) -> Bool {
    word.hasPrefix("$") || word.wholeMatch(of: /[A-Z]+/) != nil
  }

  /// The indented lines of a command's description.
  private static func exampleLines(_ command: any ParsableCommand.Type) -> [Substring] {
    command.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  ") }
  }
}

/// Lines of a shell, taken apart as far as the examples need it.
struct ShellLines {
  /// Commands, with what stands in several lines together.
  private var commands: [String] = []

  init(_ lines: [Substring]) {
    var isOpen = false
    for line in lines {
      let text = String(line.drop { $0 == " " })
      if isOpen, let last = commands.popLast() {
        commands.append(last.dropLast() + text)
      } else {
        commands.append(text)
      }
      isOpen = text.hasSuffix("\\")
    }
  }

  /// The words of each call of a program; two blanks, pipes, semicolons and redirections end it.
  func calls(of program: String) -> [[String]] {
    commands.flatMap { command in
      command.split(separator: program + " ", omittingEmptySubsequences: false).dropFirst().map { rest in
        let call =
          rest.prefixMatch(of: /(?:(?:"[^"]*"|[^\s|;&<>()"])+ ?)*/).map { String(rest[$0.range]) } ?? ""
        return call.matches(of: /(?:"[^"]*"|[^\s"])+/).map {
          String(call[$0.range]).replacing("\"", with: "")
        }
      }
    }
  }
}
