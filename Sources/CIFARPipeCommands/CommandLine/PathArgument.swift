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

  /// Whether both name the same output, where no output is standard output.
  func isSamePlace(as other: PathArgument?) -> Bool {
    guard let other, !other.isStandardStream else { return isStandardStream }
    return !isStandardStream && path.lexicallyNormalized() == other.path.lexicallyNormalized()
  }

  static var defaultCompletionKind: CompletionKind { .file() }
}
