import ArgumentParser

/// The command that the first words of a command line name, as far as they name one.
struct CommandPath {
  /// What every command takes, and what may stand before a command.
  private static let builtIn = ["-h", "--help", "--version"]

  /// The commands from the root on.
  private let commands: [any ParsableCommand.Type]
  /// The word where a command should be, if there is one that is none.
  let unknown: String?
  /// Whether the words are of the form `help COMMAND`.
  let isHelp: Bool

  /// Reads the words of a command line, without the program's name.
  init(_ words: [String]) {
    isHelp = words.first == "help"
    var commands: [any ParsableCommand.Type] = [CIFARPipe.self]
    var unknown: String?
    for word in words.dropFirst(isHelp ? 1 : 0) where !Self.builtIn.contains(word) {
      let below = commands.last!.configuration.subcommands
      guard let next = below.first(where: { $0.configuration.commandName == word }) else {
        if !word.hasPrefix("-"), isHelp || !below.isEmpty { unknown = word }
        break
      }
      commands.append(next)
    }
    self.commands = commands
    self.unknown = unknown
  }

  /// The last command that is named.
  var command: any ParsableCommand.Type { commands.last! }

  /// Its names, without the program's: `cache clear`; empty for the root.
  var name: String {
    commands.dropFirst().compactMap { $0.configuration.commandName }.joined(separator: " ")
  }

  /// How its help is asked for.
  var helpCommand: String { "cifar-pipe " + (name.isEmpty ? "" : name + " ") + "--help" }

  /// The commands below it.
  var subcommandNames: [String] {
    command.configuration.subcommands.compactMap { $0.configuration.commandName }
  }
}
