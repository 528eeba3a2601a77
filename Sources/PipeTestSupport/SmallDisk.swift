import Glibc
import SystemPackage

/// A file system in memory of a few kilobytes, for as long as this object lives.
public final class SmallDisk {
  /// Where it is mounted.
  public let path: FilePath
  private let scratch = ScratchDirectory("disk")

  /// Whether this process may mount one.
  public static let isAvailable = SmallDisk(byteCount: 4096) != nil

  /// Mounts one; `nil` if that is not allowed.
  public init?(byteCount: Int) {
    path = scratch.path
    guard mount("none", path.string, "tmpfs", 0, "size=\(byteCount)") == 0 else { return nil }
  }

  deinit { umount2(path.string, Int32(MNT_DETACH)) }
}
