import Glibc
import PipeTestSupport
import SystemPackage

/// A file system in memory of a few kilobytes, for as long as this object lives.
final class TinyDisk {
  /// Where it is mounted.
  let path: FilePath
  private let scratch = ScratchDirectory("disk")

  /// Whether this process may mount one.
  static let isAvailable = TinyDisk(byteCount: 4096) != nil

  /// Mounts one; `nil` if that is not allowed.
  init?(byteCount: Int) {
    path = scratch.path
    guard mount("none", path.string, "tmpfs", 0, "size=\(byteCount)") == 0 else { return nil }
  }

  deinit { umount2(path.string, Int32(MNT_DETACH)) }
}
