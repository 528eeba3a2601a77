import ArgumentParser
import Platform

/// Messages for people, on standard error: one line each, beginning with the program's name.
struct Console: Sendable {
  /// Whether ``note(_:)`` prints.
  var isVerbose = false
  /// Whether ``hint(_:)`` is silent.
  var isQuiet = false

  /// Prints what is wrong.
  func error(_ text: String) {
    TerminalTurn.shared.write(Self.line(text))
  }

  /// Prints something that only a curious user wants to know.
  func note(_ text: String) {
    if isVerbose { error(text) }
  }

  /// Prints what most users want to know.
  func hint(_ text: String) {
    if !isQuiet { error(text) }
  }

  /// Prints a line that programs read, so without the program's name and in spite of `--quiet`.
  func line(_ text: String) {
    TerminalTurn.shared.write(text + "\n")
  }

  /// A message with its line end.
  static func line(_ text: String) -> String { "cifar-pipe: \(text)\n" }

  /// Writes all of `text`, control sequences too; nobody can be told if standard error itself fails.
  static func raw(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// How much a command tells.
struct MessageOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Tell more on standard error.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Tell nothing but errors.")
  var quiet = false

  func validate() throws {
    if verbose && quiet { throw ValidationError("'--verbose' and '--quiet' exclude each other") }
  }

  /// Where messages go.
  var console: Console { Console(isVerbose: verbose, isQuiet: quiet) }
}
