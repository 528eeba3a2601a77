import Platform
import SystemPackage

/// A new, empty directory for one test, removed with everything in it when the last reference goes.
public final class ScratchDirectory: Sendable {
  /// The absolute path of the directory.
  public let path: FilePath

  /// Makes the directory below `TMPDIR`, or below `/tmp`; traps if that is impossible.
  public init(_ label: String = "test") {
    let parent = getenv("TMPDIR").map { FilePath(platformString: $0) } ?? "/tmp"
    let template = parent.appending("cifar-pipe-\(label)-XXXXXX")
    path = template.withPlatformString { bytes in
      let copy = strdup(bytes)!
      defer { free(copy) }
      precondition(mkdtemp(copy) != nil, "\(template): cannot make a scratch directory")
      return FilePath(platformString: copy)
    }
  }

  deinit {
    Self.remove(path)
  }

  /// Writes `bytes` to a new file called `name` and returns its path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) -> FilePath {
    let file = path.appending(name)
    do {
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
      try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    } catch {
      preconditionFailure("\(file): \(error)")
    }
    return file
  }

  /// Removes `path` and everything below it, links not followed.
  private static func remove(_ path: FilePath) {
    path.withPlatformString { name in
      guard unlink(name) != 0, let directory = opendir(name) else { return }
      while let entry = readdir(directory) {
        let child = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
        }
        if child != "." && child != ".." { remove(path.appending(child.components)) }
      }
      closedir(directory)
      rmdir(name)
    }
  }
}
