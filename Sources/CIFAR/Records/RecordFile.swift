import FileSupport
import SystemPackage

/// A file with records or a pickle, whose bytes are read wherever somebody asks.
///
/// It is looked at once and opened anew for each read, unless it was handed over open. So a data set of
/// thousands of files needs one descriptor for each reading thread; opening took 4 µs where reading 128 records
/// took 160.
public struct RecordFile: Sendable {
  /// The file.
  public let path: FilePath
  /// The file that was checked; any other under the same path is refused.
  private let status: FileStatus
  /// The open file, if it stays open.
  private let open: CheckedFile?

  /// Checks that `path` is a regular file that may be read, without opening it.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)`` or ``DatasetError/notAFile(path:kind:)``.
  init(path: FilePath) throws(DatasetError) {
    do {
      status = try CheckedFile.look(at: path)
    } catch .system(_, _, let reason) {
      throw .unreadable(path: path, reason: reason)
    } catch .wrongKind(_, _, let kind) {
      throw .notAFile(path: path, kind: kind)
    } catch {
      preconditionFailure("nobody has looked at the file before: \(error)")
    }
    self.path = path
    open = nil
  }

  /// A file that stays open.
  public init(_ file: CheckedFile) {
    path = file.path
    status = file.status
    open = file
  }

  /// The bytes of the file when it was checked.
  public var byteCount: Int { status.byteCount }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: A ``DatasetError`` that names the file: it cannot be opened or read, became shorter, was written to
  ///   since it was checked, or was replaced. What is then in `buffer` is not specified.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
    do throws(FileError) {
      let file = if let open { open } else { try CheckedFile(path, seenAs: status) }
      try file.read(at: offset, into: buffer)
      // Old records and new ones would be mixed otherwise; for each range of records, not for each record.
      guard try file.descriptor.status(path: path).isUnchanged(since: status) else {
        throw .changed(path: path, expected: byteCount, found: byteCount)
      }
    } catch .system(_, _, let reason) {
      throw .readFailed(path: path, offset: Int64(offset), reason: reason)
    } catch .changed(_, byteCount, byteCount) {
      throw .changedDuringRead(path: path)
    } catch .changed(_, _, let found) {
      throw .truncatedDuringRead(
        path: path, offset: Int64(offset), expected: buffer.count, found: found - offset)
    } catch {
      throw .replacedDuringRead(path: path)
    }
  }
}
