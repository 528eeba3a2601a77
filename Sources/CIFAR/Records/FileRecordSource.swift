import InputPipeline
import FileSupport
import SystemPackage

/// The records of one file.
///
/// The file is opened for each read and closed after it, so that a data set of thousands of files needs one
/// descriptor for each reading thread; that took 4 µs where reading 128 records took 160. It is never mapped: a file that
/// another process cuts short is an error, not a signal. Labels are checked as they pass.
public struct FileRecordSource: RecordSource {
  /// The file.
  public let path: FilePath
  /// Where labels and image of a record lie.
  public let layout: RecordLayout
  /// The records in the file; at least 1.
  public let recordCount: Int

  /// The file that was checked; any other under the same path is refused.
  private let status: FileStatus

  /// Checks that the file can be read and has at least one record and only whole ones.
  ///
  /// Never blocks on a named pipe. The labels are not read yet.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/notAFile(path:kind:)``,
  ///   ``DatasetError/empty(path:)`` or ``DatasetError/partialRecord(path:size:recordLength:remainder:)``,
  ///   looked for in this order.
  public init(path: FilePath, layout: RecordLayout) throws(DatasetError) {
    do {
      // Before opening: opening a device can act on it.
      let kind = try FileStatus(at: path).kind
      guard kind == .regular else { throw DatasetError.notAFile(path: path, kind: kind) }
      let descriptor = try Self.open(path)
      status = try descriptor.closeAfter { try FileStatus(of: descriptor) }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: Self.errno(error))
    }
    guard status.kind == .regular else { throw .notAFile(path: path, kind: status.kind) }
    self.path = path
    self.layout = layout
    recordCount = try layout.recordCount(size: status.size, path: path)
  }

  /// Copies the records of `range` into `buffer` and checks their labels.
  ///
  /// - Throws: A ``DatasetError`` that names the file: it cannot be opened or read, became shorter, was
  ///   replaced, or has a label out of range. What is then in `buffer` is not specified.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    layout.check(range, of: recordCount, into: buffer)
    guard !range.isEmpty else { return }
    let offset = Int64(range.lowerBound) * Int64(layout.recordLength)
    do {
      let descriptor = try Self.open(path)
      try descriptor.closeAfter { try read(descriptor, at: offset, into: buffer) }
    } catch let error as Errno {
      throw DatasetError.readFailed(path: path, offset: offset, reason: error)
    }
    try layout.checkLabels(in: UnsafeRawBufferPointer(buffer), firstRecord: range.lowerBound, path: path)
  }

  /// Fills `buffer` from `offset` on, provided that the file is still the one that was checked.
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
