import FileSupport
import SystemPackage

/// A file that is being written; closed with its last reference.
///
/// `@unchecked`: one thread writes, then hands the file over to the one that flushes.
final class WrittenFile: @unchecked Sendable {
  /// After how many bytes the disk is asked to begin, so that less is left to wait for at the end.
  static let usualWritebackInterval = 4 << 20

  private let descriptor: FileDescriptor
  private let path: FilePath
  private var isOpen = true
  private let writebackInterval: Int
  private var unannounced = 0

  /// Writes to `descriptor`, which belongs to this object from now on.
  init(descriptor: FileDescriptor, path: FilePath, writebackInterval: Int) {
    self.writebackInterval = writebackInterval
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    // Only an extraction that has failed comes here with an open file, and its bytes are not wanted.
    if isOpen { try? descriptor.close() }
  }

  /// Appends `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try descriptor.writeFully(bytes, path: path)
    unannounced += bytes.count
    if unannounced >= writebackInterval {
      descriptor.beginWriteback()
      unannounced = 0
    }
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
