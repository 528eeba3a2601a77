import ArgumentParser
import FileSupport
import Platform
import SystemPackage

/// A path of the command line, byte for byte as it was given.
struct PathArgument: ExpressibleByArgument, Sendable {
  let path: FilePath
  /// Whether the word was `-`, which stands for standard input or output.
  let isStandardStream: Bool

  /// `-`.
  static let standardStream = PathArgument(argument: "-")!

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = RawArguments.path(argument)
    isStandardStream = argument == "-"
  }

  /// The descriptor that an output of this name is: that of `-`, `/dev/stdout`, `/dev/stderr` or `/dev/fd/N`, which is
  /// what a shell puts in the place of `>(command)`.
  ///
  /// The descriptor itself is used: opening the name would begin a file anew, and fails for sockets.
  var outputDescriptor: Int32? {
    if isStandardStream { return STDOUT_FILENO }
    switch path.string {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    case let text:
      let prefix = ["/dev/fd/", "/proc/self/fd/"].first { text.hasPrefix($0) }
      return prefix.flatMap { Int32(text.dropFirst($0.count)) }.flatMap { $0 >= 0 ? $0 : nil }
    }
  }

  /// Whether both name the same output, where no output is standard output.
  ///
  /// Files that exist are compared by what the paths lead to, others by their directory and name. A device is a place
  /// for any number of outputs.
  func isSamePlace(as other: PathArgument?) -> Bool {
    let other = other ?? .standardStream
    if let descriptor = outputDescriptor, descriptor == other.outputDescriptor { return true }
    if let file = Self.identity(place), let otherFile = Self.identity(other.place) {
      return file == otherFile
    }
    guard outputDescriptor == nil, other.outputDescriptor == nil else { return false }
    guard !StreamFile.exists(at: path) else { return false }
    let directories = (Self.identity(path.parentDirectory), Self.identity(other.path.parentDirectory))
    return path.lastComponent == other.path.lastComponent && directories.0 != nil
      && directories.0 == directories.1
  }

  /// The path, or the name that the system has for a descriptor.
  private var place: FilePath { outputDescriptor.map { FilePath("/proc/self/fd/\($0)") } ?? path }

  /// The device and the number of the file that a path leads to; `nil` without one, and for a device.
  private static func identity(_ path: FilePath) -> [UInt64]? {
    // What cannot be looked at has no identity to compare; opening it will say why.
    (try? FileStatus(at: path)).flatMap { $0.kind == .device ? nil : [$0.device, $0.inode] }
  }

  static var defaultCompletionKind: CompletionKind { .file() }
}
