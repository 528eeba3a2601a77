import ArgumentParser
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// The manual pages say what `--help` says: a new command or option fails here until its page has it.
@Suite("Manual pages")
struct ManualPageTests {
  static let commandPages = HelpText.commands.map(\.page)

  @Test("there is a page for each command and for the whole, and no other")
  func pages() {
    #expect(Set(ManualPage.names) == Set(Self.commandPages + ["cifar-pipe"]))
  }

  @Test("cifar-pipe(1) lists the commands that --help lists")
  func commands() throws {
    let page = try ManualPage("cifar-pipe")
    let listed = page.lines.drop { $0 != ".Ss Commands" }.dropFirst().prefix { !$0.hasPrefix(".Ss") }
      .compactMap { $0.hasPrefix(".It Cm ") ? String($0.dropFirst(7)) : nil }

    #expect(Set(listed.map { "cifar-pipe-\($0)" }) == Set(Self.commandPages))
  }

  @Test("a page describes the options of --help and no other", arguments: commandPages + ["cifar-pipe"])
  func options(page: String) throws {
    let described = try Set(ManualPage(page).options.flatMap(\.names))
    let offered = Set(Self.help(page).flatMap(\.names))

    #expect(offered.subtracting(described) == [], "in --help, not in man/\(page).1")
    #expect(described.subtracting(offered) == [], "in man/\(page).1, not in --help")
  }

  @Test("a page gives the values and defaults of --help and no other", arguments: commandPages)
  func defaults(page: String) throws {
    let described = try ManualPage(page).options
    for option in Self.help(page) {
      let name = option.names.max { $0.count < $1.count }!
      guard let entry = described.first(where: { $0.names == option.names }) else {
        Issue.record("\(page), \(name): spelt otherwise")
        continue
      }

      #expect(entry.standard == option.standard, "\(page), \(name): the default")
      #expect(entry.placeholder == option.placeholder, "\(page), \(name): the name of the value")
      #expect(
        entry.text.contains(/[Dd]efault/) || !option.text.contains(/[Dd]efault/),
        "\(page), \(name): the default")
      for value in option.values {
        #expect(entry.text.contains(value), "\(page), \(name): the value \(value)")
      }
    }
  }

  @Test(
    "options that several commands have are described in the same words",
    arguments: ["Which data", "The pipeline", "Watching", "Messages"])
  func sharedBlocks(title: String) throws {
    let blocks = try Self.commandPages.compactMap { try ManualPage($0).block(title) }

    #expect(blocks.count >= 2)
    #expect(Set(blocks).count == 1)
  }

  @Test("cifar-pipe(1) has every exit code, and no other")
  func exitCodes() throws {
    let source = try RepositoryFile.text("Sources/CIFARPipeCommands/CommandLine/ExitStatus.swift")
    let codes = source.matches(of: /case \w+ = (\d+)/).map { String($0.1) }

    #expect(try ManualPage("cifar-pipe").items(inSection: "EXIT STATUS") == codes + ["128"])
  }

  @Test("mandoc finds nothing to say", .enabled(if: system("command -v mandoc >/dev/null") == 0))
  func lint() {
    let directory = RepositoryFile.root.appending("man").string

    #expect(system("mandoc -Tlint '\(directory)'/*.1 >&2") == 0)
  }

  private static func help(_ page: String) -> [DescribedOption] {
    guard let command = HelpText.commands.first(where: { $0.page == page })?.command else {
      return HelpText.parse(CIFARPipe.helpMessage(columns: 10_000))
    }
    return HelpText.options(of: command)
  }
}
