import ArgumentParser

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
