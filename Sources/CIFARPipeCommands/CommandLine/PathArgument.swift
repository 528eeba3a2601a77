import ArgumentParser
import SystemPackage

/// A path of the command line, byte for byte as it was given.
struct PathArgument: ExpressibleByArgument, Sendable {
  /// The path.
  let path: FilePath
  /// Whether the word was `-`, which stands for standard input or output.
  let isStandardStream: Bool

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = RawArguments.path(argument)
    isStandardStream = argument == "-"
  }

  static var defaultCompletionKind: CompletionKind { .file() }
}
