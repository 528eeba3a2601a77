import ArgumentParser
import FileSupport
import SystemPackage

/// A path of the command line, byte for byte as it was given.
struct PathArgument: ExpressibleByArgument, Sendable {
  let path: FilePath
  /// Whether the word was `-`, which stands for standard input or output.
  let isStandardStream: Bool

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = RawArguments.path(argument)
    isStandardStream = argument == "-"
  }

  /// Whether both name the same output, where no output is standard output.
  ///
  /// Files that exist are compared by what the paths lead to, others by their directory and name.
  func isSamePlace(as other: PathArgument?) -> Bool {
    guard let other, !other.isStandardStream else { return isStandardStream }
    guard !isStandardStream else { return false }
    if let file = Self.identity(path), let otherFile = Self.identity(other.path) { return file == otherFile }
    let directories = (Self.identity(path.parentDirectory), Self.identity(other.path.parentDirectory))
    return path.lastComponent == other.path.lastComponent && directories.0 != nil
      && directories.0 == directories.1
  }

  /// The device and the number of the file that a path leads to; `nil` without one.
  private static func identity(_ path: FilePath) -> [UInt64]? {
    // What cannot be looked at has no identity to compare; opening it will say why.
    (try? FileStatus(at: path)).map { [$0.device, $0.inode] }
  }

  static var defaultCompletionKind: CompletionKind { .file() }
}
