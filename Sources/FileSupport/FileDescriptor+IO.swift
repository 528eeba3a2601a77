import Platform
import SystemPackage

extension FileDescriptor {
  /// Opens a file for reading; the descriptor is not inherited by programs that are started.
  ///
  /// Does not wait: of a named pipe without a writer it reads the end of input.
  ///
  /// - Throws: ``FileError/system(path:operation:reason:)`` with ``FileError/Operation/open``.
  public static func openForReading(_ path: FilePath) throws(FileError) -> FileDescriptor {
    let opened = path.withPlatformString { openName($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard opened >= 0 else { throw .system(path: path, operation: .open, reason: .last) }
    // O_NONBLOCK served only the open; a pipe is then read in the ordinary, waiting way.
    let flags = fcntl(opened, F_GETFL)
    if flags >= 0 { _ = fcntl(opened, F_SETFL, flags & ~O_NONBLOCK) }
    return FileDescriptor(rawValue: opened)
  }

  /// Reads what is there, at most the size of `buffer`, waiting for at least one byte.
  ///
  /// - Parameter path: The name for messages.
  /// - Returns: The number of bytes, 0 at the end of the input.
  public func readSome(
    into buffer: UnsafeMutableRawBufferPointer, path: FilePath
  ) throws(FileError) -> Int {
    while true {
      let count = Platform.read(rawValue, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      let reason = Errno.last
      guard reason == .interrupted else {
        throw .system(path: path, operation: .read, reason: reason)
      }
    }
  }

  /// Reads until `buffer` is full or the input ends.
  ///
  /// - Parameters:
  ///   - offset: Where in the file to read, in bytes; `nil` reads at, and moves, the descriptor's position.
  ///   - path: The name for messages.
  /// - Returns: The number of bytes, smaller than the buffer only at the end of the input.
  public func readFully(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64? = nil, path: FilePath
  ) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count =
        if let offset {
          Platform.pread(rawValue, rest.baseAddress, rest.count, off_t(offset) + filled)
        } else {
          Platform.read(rawValue, rest.baseAddress, rest.count)
        }
      if count == 0 { break }
      if count < 0 {
        let reason = Errno.last
        if reason == .interrupted { continue }
        throw .system(path: path, operation: .read, reason: reason)
      }
      filled += count
    }
    return filled
  }

  /// Writes all of `bytes`, however many calls that takes.
  ///
  /// - Parameter path: The name for messages.
  /// - Throws: ``FileError/system(path:operation:reason:)``; a part may then have been written.
  public func writeFully(_ bytes: UnsafeRawBufferPointer, path: FilePath) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      rest = UnsafeRawBufferPointer(rebasing: rest[try writeSome(rest, path: path)...])
    }
  }

  /// Writes all of `bytes`; see the other method of this name.
  public func writeFully(_ bytes: [UInt8], path: FilePath) throws(FileError) {
    try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
      try writeFully(UnsafeRawBufferPointer(bytes), path: path)
    }
  }

  /// Writes the beginning of `bytes`, as much of it as the system takes at once.
  ///
  /// - Parameters:
  ///   - offset: Where in the file to write, in bytes; `nil` writes at, and moves, the descriptor's position.
  ///   - path: The name for messages.
  /// - Returns: The number of bytes.
  public func writeSome(
    _ bytes: UnsafeRawBufferPointer, at offset: Int64? = nil, path: FilePath
  ) throws(FileError) -> Int {
    while true {
      let count =
        if let offset {
          Platform.pwrite(rawValue, bytes.baseAddress, bytes.count, off_t(offset))
        } else {
          Platform.write(rawValue, bytes.baseAddress, bytes.count)
        }
      if count >= 0 { return count }
      let reason = Errno.last
      guard reason == .interrupted else {
        throw .system(path: path, operation: .write, reason: reason)
      }
    }
  }

  /// Asks the disk to begin with what has been written, without waiting for it.
  ///
  /// Only a hint that makes a later ``synchronize(path:)`` shorter; nothing is reported.
  /// The corresponding C function is `sync_file_range`.
  public func beginWriteback() {
    cp_begin_writeback(rawValue)
  }

  /// Waits until the bytes and the length of the file are on the disk.
  public func synchronize(path: FilePath) throws(FileError) {
    while fsync(rawValue) != 0 {
      let reason = Errno.last
      switch reason {
      case .interrupted: continue
      // Pipes, and directories of some network file systems, have nothing to flush.
      case .invalidArgument, .notSupported: return
      default: throw .system(path: path, operation: .sync, reason: reason)
      }
    }
  }

  /// Closes the descriptor and reports the write errors that show only then.
  public func close(path: FilePath) throws(FileError) {
    // Linux has released the descriptor even when the call was interrupted.
    if Platform.close(rawValue) != 0, Errno.last != .interrupted {
      throw .system(path: path, operation: .close, reason: .last)
    }
  }

  /// Does `work` and closes the descriptor, whatever comes of it.
  ///
  /// - Throws: Of two errors the first; that of the close as ``close(path:)`` does.
  public func closeAfter<Result>(path: FilePath, _ work: () throws -> Result) throws -> Result {
    let result: Result
    do { result = try work() } catch {
      // What closing says only follows from it.
      try? close()
      throw error
    }
    try close(path: path)
    return result
  }

  /// What the descriptor is open on.
  public func kind(path: FilePath) throws(FileError) -> FileKind { try status(path: path).kind }

  /// The length of the file in bytes.
  public func byteCount(path: FilePath) throws(FileError) -> Int64 {
    Int64(try status(path: path).byteCount)
  }

  /// What the system tells of the file that is open.
  ///
  /// The corresponding C function is `fstat`.
  public func status(path: FilePath) throws(FileError) -> FileStatus {
    var found = Platform.stat()
    guard fstat(rawValue, &found) == 0 else {
      throw .system(path: path, operation: .inspect, reason: .last)
    }
    return FileStatus(found)
  }
}

/// Opens a name below a directory, however often a signal comes in between.
///
/// - Parameters:
///   - directory: An open directory; the working directory without one.
///   - mode: Permission bits of a new file before the umask is applied.
/// - Returns: -1 for an error, which `errno` tells. The corresponding C function is `openat`.
func openName(
  _ name: UnsafePointer<CChar>, below directory: CInt = AT_FDCWD, _ flags: CInt, mode: mode_t = 0
) -> CInt {
  while true {
    let opened = openat(directory, name, flags, mode)
    if opened >= 0 || errno != EINTR { return opened }
  }
}
