import Glibc

/// What a name in a directory stands for.
public enum FileKind: Sendable, Equatable, CustomStringConvertible {
  /// A file with bytes of its own.
  case regular
  /// A directory.
  case directory
  /// A symbolic link, whatever it points to.
  case symbolicLink
  /// A named pipe.
  case pipe
  /// A socket.
  case socket
  /// A character or block device.
  case device

  /// The kind that the `st_mode` field of `stat` tells.
  public init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symbolicLink
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR, S_IFBLK: self = .device
    default: self = .regular
    }
  }

  /// The kind in words, with its article.
  public var description: String {
    switch self {
    case .regular: "a file"
    case .directory: "a directory"
    case .symbolicLink: "a symbolic link"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .device: "a device"
    }
  }
}
