import FileSupport
import Glibc
import SystemPackage

/// A file that was looked at once and is opened anew for each read.
///
/// So a data set of thousands of files needs one descriptor for each reading thread; opening took 4 µs where
/// reading 128 records took 160. The file is never mapped: one that another process cuts short is an error, not a
/// signal.
struct RecordFile: PickleBytes {
  /// The file.
  let path: FilePath
  /// The file that was checked; any other under the same path is refused.
  private let status: FileStatus

  /// Checks that `path` is a regular file that may be read, without opening it.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)`` or ``DatasetError/notAFile(path:kind:)``.
  init(path: FilePath) throws(DatasetError) {
    do {
      status = try FileStatus(at: path)
      guard status.kind == .regular else { throw DatasetError.notAFile(path: path, kind: status.kind) }
      // Asked, not opened: a data set may have very many files, and all are looked at before the first batch.
      guard path.withPlatformString({ access($0, R_OK) }) == 0 else { throw Errno(rawValue: Glibc.errno) }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: Self.errno(error))
    }
    self.path = path
  }

  /// The bytes of the file when it was checked.
  var byteCount: Int { Int(status.size) }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: A ``DatasetError`` that names the file: it cannot be opened or read, became shorter, or was
  ///   replaced. What is then in `buffer` is not specified.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
    do {
      let descriptor = try Self.open(path)
      try descriptor.closeAfter { try read(descriptor, at: Int64(offset), into: buffer) }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .readFailed(path: path, offset: Int64(offset), reason: Self.errno(error))
    }
  }

  private func read(
    _ descriptor: FileDescriptor, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws {
    let current = try FileStatus(of: descriptor)
    guard current.inode == status.inode, current.device == status.device else {
      throw DatasetError.replacedDuringRead(path: path)
    }
    var found = 0
    while found < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[found...])
      let count = try descriptor.read(fromAbsoluteOffset: offset + Int64(found), into: rest)
      guard count > 0 else {
        throw DatasetError.truncatedDuringRead(
          path: path, offset: offset, expected: buffer.count, found: found)
      }
      found += count
    }
  }

  /// Opens the file for reading without waiting for anyone, a writer of a pipe for example.
  private static func open(_ path: FilePath) throws -> FileDescriptor {
    try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
  }

  /// The system's reason; nothing but ``Errno`` comes out of a call of the system.
  private static func errno(_ error: any Error) -> Errno {
    guard let reason = error as? Errno else { preconditionFailure("unexpected error: \(error)") }
    return reason
  }
}
