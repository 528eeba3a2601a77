import ArgumentParser

/// The help of a command: the argument parser's text, in another order or in short.
struct HelpPage {
  /// Columns of the help, whatever the terminal has: the examples are made for it, and a wider text is hard to read.
  static let width = 80
  /// Where the parser begins the description of an option.
  private static let descriptionColumn = 26
  /// The title of the options that a command shares with no other.
  private static let ownOptions = "OPTIONS"

  /// A part of the text under a title.
  private struct Section {
    let title: String
    var lines: [Substring] = []

    /// The entries: each an option, an argument or a command with what is said about it.
    var entries: [[Substring]] {
      lines.reduce(into: []) { entries, line in
        if line.prefix(while: { $0 == " " }).count <= 2 { entries.append([]) }
        entries[entries.count - 1].append(line)
      }
    }
  }

  private let command: any ParsableCommand.Type
  /// What stands above the sections: what the command is for, and how it is called.
  private let head: [Substring]
  private let sections: [Section]
  /// What stands below them.
  private let foot: [Substring]

  /// The text of the argument parser.
  static func plainText(_ command: any ParsableCommand.Type) -> String {
    CIFARPipe.helpMessage(for: command, columns: width)
  }

  /// The help of a command.
  init(_ command: any ParsableCommand.Type) {
    self.command = command
    var head: [Substring] = []
    var sections: [Section] = []
    var foot: [Substring] = []
    let text = Self.plainText(command)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let match = line.wholeMatch(of: /([A-Z][A-Z ]*):/) {
        sections.append(Section(title: String(match.1)))
      } else if sections.isEmpty {
        head.append(line)
      } else if line.hasPrefix("  See '") {
        foot.append(line)
      } else if !line.isEmpty {
        sections[sections.count - 1].lines.append(line)
      }
    }
    self.head = head
    self.sections = sections
    self.foot = foot
  }

  /// The long names of all options.
  var optionNames: [String] {
    sections.flatMap(\.entries).flatMap { entry in
      Self.label(entry).matches(of: /--[a-z0-9-]+/).map { String($0.0) }
    }
  }

  // MARK: Whole

  /// All that there is to say: the options of the command's own before those that others have as well.
  var whole: String {
    let isFirst = { (section: Section) in ["ARGUMENTS", Self.ownOptions].contains(section.title) }
    return text(sections.filter(isFirst) + sections.filter { !isFirst($0) })
  }

  private func text(_ sections: [Section]) -> String {
    let blocks = sections.map { ([$0.title + ":"] + $0.lines).joined(separator: "\n") }
    let end = foot.isEmpty ? [] : [foot.joined(separator: "\n")]
    return head.joined(separator: "\n") + "\n" + (blocks + end).joined(separator: "\n\n")
  }

  // MARK: Short

  /// What most users need: how the command is called, its main options, examples, and where the rest is.
  var short: String {
    let options = sections.flatMap(\.entries).filter { Self.label($0).contains("-") }
    let name = command.configuration.commandName ?? ""
    guard let main = Self.mainOptions[name], main.count < options.count else { return whole }
    let lines = main.compactMap { name in options.first { Self.names($0).contains(name) } }
      .flatMap { entry in
        // What is said beside the option, without what is said below it.
        entry.prefix(1)
          + entry.dropFirst().filter { $0.prefix { $0 == " " }.count == Self.descriptionColumn }
      }
    let usage = head.filter { $0.hasPrefix("USAGE") }
    let examples = command.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  ") }
    return
      ([command.configuration.abstract, ""] + usage.map(String.init) + ["", "MAIN OPTIONS:"]
      + lines.map(String.init) + ["", "EXAMPLES:"] + examples.map(String.init)
      + ["", "All \(options.count) options: cifar-pipe \(name) --help"])
      .joined(separator: "\n")
  }

  /// The options that the short help has, in its order, for the commands that have many.
  static let mainOptions: [String: [String]] = [
    "batch": [
      "--data", "--synthetic", "--split", "--preset", "--batch-size", "--epochs", "--seed", "--threads",
      "--format", "--output", "--resume", "--dry-run", "--help",
    ],
    "bench": [
      "--data", "--synthetic", "--preset", "--batch-size", "--threads", "--min-after-dequeue", "--runs",
      "--baseline", "--step-time", "--tune", "--json", "--html", "--help",
    ],
    "show": [
      "--data", "--synthetic", "--split", "--preset", "--seed", "--batch-size", "--batches", "--start-batch",
      "--scale", "--output", "--force", "--help",
    ],
    "token": [
      "--data", "--synthetic", "--split", "--preset", "--seed", "--batch-size", "--epochs", "--shard",
      "--resume", "--at", "--help",
    ],
    "fetch": [
      "--dataset", "--variant", "--url", "--sha256", "--output", "--archive-only", "--force", "--offline",
      "--adopt", "--probe", "--json", "--help",
    ],
  ]

  /// The names of an entry, such as `-o` and `--output`.
  private static func names(_ entry: [Substring]) -> [String] {
    label(entry).split { ",/ ".contains($0) }.map(String.init)
  }

  /// What stands in front of an entry's description.
  private static func label(_ entry: [Substring]) -> Substring {
    let first = entry[0].drop { $0 == " " }
    let match = first.prefixMatch(of: /-[^\s,]+(?:\x20<[^>]*>)?(?:,\x20-[^\s,]+(?:\x20<[^>]*>)?)*/)
    return match?.0 ?? first.prefix { $0 != " " }
  }
}
