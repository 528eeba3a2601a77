import FileSupport

/// Where a stream of bytes is written to.
public protocol ByteSink: AnyObject {
  /// Appends all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws
}

extension AtomicFile: ByteSink {}
