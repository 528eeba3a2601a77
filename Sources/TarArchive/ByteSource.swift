import FileSupport

/// A stream of bytes that is read once, from its beginning to its end.
///
/// One thread at a time reads; ``cancel()`` may be called from any thread.
public protocol ByteSource: AnyObject {
  /// What the bytes come from, escaped for messages.
  var name: String { get }

  /// Reads what is there, waiting for at least one byte.
  ///
  /// - Parameter buffer: Not empty.
  /// - Returns: The number of bytes, which may be smaller than the buffer; 0 at the end, and then always.
  /// - Throws: ``ArchiveError`` when what was read is wrong; whatever the system reports otherwise.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// Ends a wait for bytes: the read that waits, and every later one, throws or ends soon.
  func cancel()
}

extension ByteSource {
  /// Reads until `buffer` is full or the stream ends.
  ///
  /// - Returns: The number of bytes, smaller than the buffer only at the end.
  func readFully(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try fill(buffer, by: read)
  }
}

/// Calls `read` for what is left of `buffer` until that is nothing, or `read` returns 0; returns the sum.
func fill(
  _ buffer: UnsafeMutableRawBufferPointer, by read: (UnsafeMutableRawBufferPointer) throws -> Int
) rethrows -> Int {
  var filled = 0
  while filled < buffer.count {
    let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
    if count == 0 { break }
    filled += count
  }
  return filled
}

/// Where a stream of bytes is written to.
public protocol ByteSink: AnyObject {
  /// Appends all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws
}

extension AtomicFile: ByteSink {}
