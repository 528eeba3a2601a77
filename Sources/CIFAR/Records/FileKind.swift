import Glibc

/// What stands under a name in a directory.
public enum FileKind: String, Sendable, Equatable, CustomStringConvertible {
  /// A file with bytes.
  case regularFile = "a regular file"
  /// A directory.
  case directory = "a directory"
  /// A named pipe.
  case namedPipe = "a named pipe (FIFO)"
  /// A socket.
  case socket = "a socket"
  /// A character or block device.
  case device = "a device"
  /// Anything else, such as a link that was not followed.
  case other = "a special file"

  /// The kind in words, with its article.
  public var description: String { rawValue }

  /// The kind that a file mode tells.
  ///
  /// The corresponding C macro is `S_IFMT`.
  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regularFile
    case S_IFDIR: self = .directory
    case S_IFIFO: self = .namedPipe
    case S_IFSOCK: self = .socket
    case S_IFCHR, S_IFBLK: self = .device
    default: self = .other
    }
  }
}
