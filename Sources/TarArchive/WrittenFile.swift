import FileSupport
import SystemPackage

/// A file that is being written; closed with its last reference.
///
/// `@unchecked`: one thread writes, then hands the file over to the one that flushes.
final class WrittenFile: @unchecked Sendable {
  private let descriptor: FileDescriptor
  private let path: FilePath
  private var isOpen = true
  /// `nil` for a file that will not be flushed.
  private var writeback: EarlyWriteback?

  /// Writes to `descriptor`, which belongs to this object from now on.
  ///
  /// - Parameter willBeFlushed: Whether the disk begins early with what is written.
  init(descriptor: FileDescriptor, path: FilePath, willBeFlushed: Bool) {
    self.descriptor = descriptor
    self.path = path
    writeback = willBeFlushed ? EarlyWriteback() : nil
  }

  deinit {
    // Only an extraction that has failed comes here with an open file, and its bytes are not wanted.
    if isOpen { try? descriptor.close() }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try descriptor.writeFully(bytes, path: path)
    writeback?.note(bytes.count, writtenTo: descriptor)
  }

  /// Waits until the bytes are on the disk, then closes the file.
  func flush() throws(FileError) {
    try descriptor.synchronize(path: path)
    try close()
  }

  /// Closes the file and reports what could not be written.
  func close() throws(FileError) {
    isOpen = false
    try descriptor.close(path: path)
  }
}
