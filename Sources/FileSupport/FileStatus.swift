import Platform
import SystemPackage

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

/// What the system tells of a file at one moment.
///
/// The corresponding C structure is `stat`.
public struct FileStatus: Sendable {
  /// What the name stands for.
  public let kind: FileKind
  /// Whether what is written goes on to somebody and nothing is kept: a named pipe, or a device of characters.
  public let isStream: Bool
  /// The length in bytes.
  public let byteCount: Int
  /// How many names the file has.
  public let linkCount: Int
  /// The device that holds the file, and its number there: together they tell two files apart.
  public let device: UInt64, inode: UInt64
  /// When the bytes were changed last, counted from 1970.
  public let modification: (seconds: Int, nanoseconds: Int)

  /// The status of what `path` leads to, links followed.
  ///
  /// The corresponding C function is `stat`.
  public init(at path: FilePath) throws(FileError) {
    var found = stat()
    guard path.withPlatformString({ stat($0, &found) }) == 0 else {
      throw .system(path: path, operation: .inspect, reason: .last)
    }
    self.init(found)
  }

  init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    isStream = [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT)
    byteCount = Int(status.st_size)
    linkCount = Int(status.st_nlink)
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    let modification = withUnsafePointer(to: status) { cp_modification($0) }
    self.modification = (modification.tv_sec, modification.tv_nsec)
  }

  /// Whether both are of one file, whatever was written to it in between.
  public func isSameFile(as other: FileStatus) -> Bool {
    inode == other.inode && device == other.device
  }

  /// Whether both are of one file that nobody has written to in between, as far as its length and times tell.
  public func isUnchanged(since earlier: FileStatus) -> Bool {
    isSameFile(as: earlier) && byteCount == earlier.byteCount && modification == earlier.modification
  }
}
