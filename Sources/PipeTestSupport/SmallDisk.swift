import Platform
import SystemPackage

/// A file system in memory of a few kilobytes, for as long as this object lives.
public final class SmallDisk {
  /// Where it is mounted.
  public let path: FilePath
  private let scratch = ScratchDirectory("disk")

  /// Whether this process may mount one.
  public static let isAvailable = SmallDisk(byteCount: 4096) != nil

  /// Mounts one; `nil` if that is not allowed.
  ///
  /// - Parameter entryCount: The most files and directories in it, its own one included; `nil` for the system's limit.
  public init?(byteCount: Int, entryCount: Int? = nil) {
    path = scratch.path
    let options = "size=\(byteCount)" + (entryCount.map { ",nr_inodes=\($0)" } ?? "")
    guard mount("none", path.string, "tmpfs", 0, options) == 0 else { return nil }
  }

  /// Writes to the file called `name` until not a byte more fits.
  public func fill(_ name: String) {
    let file = open(path.appending(name).string, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    precondition(file >= 0, "cannot fill the disk")
    let page = [UInt8](repeating: 1, count: 4096)
    while write(file, page, page.count) > 0 {}
    close(file)
  }

  deinit { umount2(path.string, Int32(MNT_DETACH)) }
}
