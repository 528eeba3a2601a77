import Platform
import SystemPackage

/// A named pipe or a character device, open for writing: bytes go on to somebody, and nothing is kept under the name.
///
/// Closed with the last reference. Used by one thread at a time.
public final class StreamFile {
  /// The open pipe or device.
  public let descriptor: FileDescriptor

  private let path: FilePath
  private var isOpen = true

  /// Opens what `path` leads to, links followed.
  ///
  /// What ends the wait for a reader of a pipe: the reader, or `checkpoint`, which is called whenever a signal ends the
  /// call of the system.
  ///
  /// - Throws: ``FileError/system(path:operation:reason:)`` with ``FileError/Operation/create``,
  ///   ``FileError/notReplaceable(path:kind:)`` when it is something else by then, or what `checkpoint` throws.
  public init(opening path: FilePath, checkpoint: () throws -> Void) throws {
    var opened: CInt = -1
    repeat {
      try checkpoint()
      // A terminal must not become the one that controls the process.
      opened = path.withPlatformString { openat(AT_FDCWD, $0, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
    } while opened < 0 && errno == EINTR
    guard opened >= 0 else { throw FileError.system(path: path, operation: .create, reason: .last) }
    self.path = path
    descriptor = FileDescriptor(rawValue: opened)
    let status = try descriptor.status(path: path)
    guard status.isStream else { throw FileError.notReplaceable(path: path, kind: status.kind) }
  }

  deinit {
    // Whoever needs the bytes has closed it before.
    if isOpen { try? descriptor.close() }
  }

  /// Closes it, which a reader of a pipe sees as the end.
  public func close() throws(FileError) {
    precondition(isOpen, "\(path.escaped): closed twice")
    isOpen = false
    try descriptor.close(path: path)
  }

  /// Whether there is something of this kind at `path`, links followed.
  public static func exists(at path: FilePath) -> Bool {
    // What cannot be looked at is no stream; creating a file there will say why.
    (try? FileStatus(at: path))?.isStream ?? false
  }
}
