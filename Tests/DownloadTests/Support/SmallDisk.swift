import Glibc
import PipeTestSupport
import SystemPackage

/// A file system in memory of a few kilobytes, for as long as this object lives.
final class SmallDisk {
  /// Where it is mounted.
  let path: FilePath
  private let scratch = ScratchDirectory("disk")

  /// Whether this process may mount one.
  static let isAvailable = SmallDisk(byteCount: 4096) != nil

  /// Mounts one; `nil` if that is not allowed.
  init?(byteCount: Int) {
    path = scratch.path
    let result = path.withPlatformString { mount("none", $0, "tmpfs", 0, "size=\(byteCount)") }
    guard result == 0 else { return nil }
  }

  deinit {
    _ = path.withPlatformString { umount2($0, Int32(MNT_DETACH)) }
  }
}
