import Platform
import SystemPackage

/// A regular file open for reading, and what it was when it was opened.
///
/// Any number of threads may read at once: there is no position. The file is closed with the last reference.
/// It is read and never mapped, so that a file that another process cuts is an error and no signal.
public final class CheckedFile: Sendable {
  /// The path for messages.
  public let path: FilePath
  /// What the file was when it was opened, or when it was looked at before.
  public let status: FileStatus
  /// The open file, at its start until somebody moves it; stays this object's.
  public let descriptor: FileDescriptor

  /// The length in bytes that goes with ``status``.
  public var byteCount: Int { status.byteCount }

  /// Opens the file at `path`, links followed; never waits for the other end of a pipe.
  ///
  /// - Parameter earlier: What ``look(at:)`` has said of the file; any other file is refused, but not one that
  ///   was written to.
  /// - Throws: ``FileError/wrongKind(path:expected:found:)`` when it is not a regular file,
  ///   ``FileError/replaced(path:)``, or ``FileError/system(path:operation:reason:)``.
  public convenience init(_ path: FilePath, seenAs earlier: FileStatus? = nil) throws(FileError) {
    let opened = path.withPlatformString { openName($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard opened >= 0 else { throw .system(path: path, operation: .open, reason: .last) }
    try self.init(takingOver: FileDescriptor(rawValue: opened), path: path, seenAs: earlier)
  }

  /// Takes over a file that is open for reading, also when it is refused.
  ///
  /// - Throws: As ``init(_:seenAs:)``.
  public init(
    takingOver descriptor: FileDescriptor, path: FilePath, seenAs earlier: FileStatus? = nil
  ) throws(FileError) {
    self.path = path
    self.descriptor = descriptor
    do throws(FileError) {
      let found = try descriptor.status(path: path)
      if let earlier, !found.isSameFile(as: earlier) { throw .replaced(path: path) }
      try found.requireRegularFile(path)
      status = earlier ?? found
    } catch {
      try? descriptor.close()
      throw error
    }
  }

  deinit {
    // Whoever has written to it as well, and needs the bytes, has flushed them before.
    try? descriptor.close()
  }

  /// Checks that `path` leads to a regular file that may be read, without opening it.
  ///
  /// For sets of very many files, all of which are checked before the first is read. Errors are those of
  /// ``init(_:seenAs:)``.
  public static func look(at path: FilePath) throws(FileError) -> FileStatus {
    let status = try FileStatus(at: path)
    try status.requireRegularFile(path)
    guard path.withPlatformString({ access($0, R_OK) }) == 0 else {
      throw .system(path: path, operation: .open, reason: .last)
    }
    return status
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - offset: In bytes; with the length of `buffer`, at most ``byteCount`` (traps otherwise).
  ///   - buffer: Every byte is written, unless an error is thrown.
  /// - Throws: ``FileError/changed(path:expected:found:)`` if the file has become shorter, or
  ///   ``FileError/system(path:operation:reason:)``.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    precondition(
      offset >= 0 && buffer.count <= byteCount - offset, "\(path.escaped): a read beyond the end of the file")
    let count = try descriptor.readFully(into: buffer, at: Int64(offset), path: path)
    guard count == buffer.count else {
      throw .changed(path: path, expected: byteCount, found: offset + count)
    }
  }

  /// The bytes of `range`; see ``read(at:into:)``.
  public func bytes(in range: Range<Int>) throws(FileError) -> [UInt8] {
    // `init(unsafeUninitializedCapacity:)` passes on untyped errors only.
    var result = Result<Void, FileError>.success(())
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      result = Result { () throws(FileError) in
        try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
      }
      if case .success = result { count = range.count }
    }
    try result.get()
    return bytes
  }

  /// Checks that nobody has written to the file since it was opened, as far as its length and times tell.
  ///
  /// - Parameter readCount: The bytes that were read from its start to its end.
  /// - Throws: ``FileError/changed(path:expected:found:)`` or ``FileError/system(path:operation:reason:)``.
  public func requireUnchanged(readCount: Int) throws(FileError) {
    let now = try descriptor.status(path: path)
    guard !now.isUnchanged(since: status) || readCount != byteCount else { return }
    // The count that tells more: the one that differs.
    let counts = [max(now.byteCount, readCount), min(now.byteCount, readCount)]
    throw .changed(path: path, expected: byteCount, found: counts.first { $0 != byteCount } ?? byteCount)
  }
}

extension FileStatus {
  func requireRegularFile(_ path: FilePath) throws(FileError) {
    guard kind == .regular else { throw .wrongKind(path: path, expected: .regular, found: kind) }
  }
}
