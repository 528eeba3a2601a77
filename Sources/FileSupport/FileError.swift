import Platform
import SystemPackage

/// What keeps a file or a directory from being read, written or published.
///
/// Names in `description` are escaped, so that it is always one printable line.
public enum FileError: Error, Equatable, Sendable {
  /// The system refused a call.
  case system(path: FilePath, operation: Operation, reason: Errno)
  /// The output exists and may not be replaced without leave; nothing has been changed.
  case exists(path: FilePath, kind: FileKind)
  /// The name is taken by something that is not replaced even with leave; nothing has been changed.
  case notReplaceable(path: FilePath, kind: FileKind)
  /// A directory is not replaced, since `name` in it is none of what the new one may hold; nothing has been changed.
  case foreignContents(path: FilePath, name: FilePath)
  /// The output has no name of its own below a directory, such as `/`, `.` or `..`.
  case notAName(path: FilePath)
  /// The output is complete under its final name, but may be lost if the machine stops before the disk has it.
  ///
  /// Whoever tries again without leave to replace it gets ``exists(path:kind:)``.
  case notDurable(path: FilePath, operation: Operation, reason: Errno)
  /// The input is of another kind than the one that can be read.
  case wrongKind(path: FilePath, expected: FileKind, found: FileKind)
  /// Somebody has written to the input while it was read; lengths in bytes.
  case changed(path: FilePath, expected: Int, found: Int)
  /// Another file has taken the name of the input that was looked at.
  case replaced(path: FilePath)
  /// Every new temporary file or directory was gone, or seemed to be, before it could be locked.
  case unowned(path: FilePath)
  /// Another process holds the lock; `holder` is its process number, if it could be told.
  case locked(path: FilePath, holder: Int?)

  /// What was being done when the system refused.
  public enum Operation: String, Sendable {
    /// Opening something that should exist.
    case open
    /// Finding out what a name stands for.
    case inspect
    /// Reading bytes or the names in a directory.
    case read
    /// Creating a file or directory.
    case create
    /// Writing bytes.
    case write
    /// Flushing to the disk.
    case sync = "flush"
    /// Closing, where the last write errors show.
    case close
    /// Giving the final name.
    case rename
    /// Removing a name.
    case remove
    /// Locking.
    case lock
  }

  /// The path that the error is about.
  public var path: FilePath {
    switch self {
    case .system(let path, _, _), .exists(let path, _), .notReplaceable(let path, _),
      .foreignContents(let path, _), .notAName(let path), .wrongKind(let path, _, _),
      .notDurable(let path, _, _), .changed(let path, _, _), .replaced(let path),
      .unowned(let path), .locked(let path, _):
      path
    }
  }
}

extension FileError: CustomStringConvertible {
  /// One line: the path, then what is wrong, with the system's reason in words.
  public var description: String {
    "\(path.escaped): \(finding)"
  }

  /// Runs `action`, which makes the name durable that `path` has just got.
  ///
  /// - Throws: ``notDurable(path:operation:reason:)`` in the place of what the system says.
  public static func afterPublishing(
    _ path: FilePath, _ action: () throws(FileError) -> Void
  ) throws(FileError) {
    do {
      try action()
    } catch .system(_, let operation, let reason) {
      throw .notDurable(path: path, operation: operation, reason: reason)
    }
  }

  private var finding: String {
    switch self {
    case .system(_, let operation, let reason): "cannot \(operation.rawValue): \(reason.words)"
    case .exists(_, .directory): "already exists (a directory that is not empty)"
    case .exists(_, let kind): "already exists (\(kind))"
    case .notReplaceable(_, let kind): "is in the way and is not replaced (\(kind))"
    case .foreignContents(_, let name):
      "is not replaced, since '\(name.escaped)' in it is none of the files that this command makes"
    case .notAName: "is not a name for an output (expected a name below an existing directory)"
    case .notDurable(_, let operation, let reason):
      "written, but perhaps not durable: cannot \(operation.rawValue): \(reason.words)"
    case .wrongKind(_, let expected, let found): "is of the wrong kind (expected \(expected), found \(found))"
    case .changed(_, let expected, let found):
      "changed while being read (expected \(expected) bytes, found \(found))"
    case .replaced: "another file took its place while it was read"
    case .unowned: "cannot create: temporary files beside it lose their names at once"
    case .locked(_, nil): "is locked by another process"
    case .locked(_, let holder?): "is locked by process \(holder)"
    }
  }
}

extension Errno {
  /// The reason in words, beginning with a lower-case letter: `no space left on device`.
  public var words: String {
    let text = description
    // "RPC version wrong" and the like keep their capitals.
    guard let second = text.dropFirst().first, second.isLowercase || second == " " || second == "/" else {
      return text
    }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The reason of the C call that has just returned an error on this thread.
  static var last: Errno { Errno(rawValue: errno) }
}
