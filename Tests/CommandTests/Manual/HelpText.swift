import ArgumentParser

@testable import CIFARPipeCommands

/// An option as `--help` or a manual page describes it.
struct DescribedOption: Sendable {
  /// All spellings, such as `-o` and `--output`.
  let names: Set<String>
  /// What stands for its value, such as `file`; empty for a flag.
  let placeholder: String
  /// The values that it may have, as far as they are listed.
  let values: [String]
  /// The value that it has unless it is given, as far as there is a fixed one.
  let standard: String?
  /// Everything that is said about it, on one line.
  let text: String
}

/// What `--help` says, taken apart.
enum HelpText {
  /// All commands below the root, by the name of their page.
  static var commands: [(page: String, command: any ParsableCommand.Type)] {
    CIFARPipe.configuration.subcommands.map { ("cifar-pipe-\($0._commandName)", $0) }
  }

  /// The options of a command and of the commands below it, each once.
  static func options(of command: any ParsableCommand.Type) -> [DescribedOption] {
    var options = parse(CIFARPipe.helpMessage(for: command, columns: 10_000))
    for inner in command.configuration.subcommands {
      options += Self.options(of: inner).filter { option in !options.contains { $0.names == option.names } }
    }
    return options
  }

  /// The options in the text of `--help`: lines that begin with two spaces and a hyphen, and what is indented below.
  static func parse(_ text: String) -> [DescribedOption] {
    var entries: [[Substring]] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  -") {
        entries.append([line.dropFirst(2)])
        isInside = true
      } else if isInside, line.hasPrefix("        ") {
        entries[entries.count - 1].append(line)
      } else {
        isInside = false
      }
    }
    return entries.map { lines in
      let first = lines[0]
      // The help may follow after one blank, where the label fills its column.
      let label = first.prefixMatch(of: /-[^\s,]+(?:\x20<[^>]*>)?(?:,\x20-[^\s,]+(?:\x20<[^>]*>)?)*/)!.0
      let texts = [first.dropFirst(label.count)] + lines.dropFirst()
      return option(
        label, text: texts.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: " "))
    }
  }

  private static func option(_ label: Substring, text: String) -> DescribedOption {
    let placeholder = label.firstMatch(of: /<(.+?)>/).map { String($0.1) } ?? ""
    let names = label.replacing(/<.+?>/, with: "").split { ",/ ".contains($0) }.map(String.init)
    return DescribedOption(
      names: Set(names), placeholder: placeholder,
      values: text.firstMatch(of: /values: ([^;)]+)[;)]/)
        .map { $0.1.split(separator: ", ").map(String.init) } ?? [],
      standard: text.firstMatch(of: /default: ([^;)]+)[;)]/).map { String($0.1) }, text: text)
  }
}
