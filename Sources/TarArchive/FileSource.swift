import FileSupport
import Platform
import Synchronization
import SystemPackage

/// Is told how many bytes of a source have been read so far, and how many there are, where anybody knows.
public typealias ReadProgress = @Sendable (_ byteCount: Int, _ total: Int?) -> Void

/// The bytes of an open file, pipe or terminal, from its present position to its end.
public final class FileSource: ByteSource {
  /// How long a wait for bytes lasts before the checkpoint is asked again, in milliseconds.
  private static let patience: CInt = 50

  /// The name for messages.
  public var name: String { path.escaped }
  private let path: FilePath
  private let descriptor: FileDescriptor
  private let isOwned: Bool
  private let canWait: Bool
  private let checkpoint: @Sendable () throws -> Void
  private let progress: ReadProgress?
  /// The length of a regular file.
  private let total: Int?
  private var byteCount = 0
  private let isCancelled = Atomic(false)

  /// Opens the file `path`.
  ///
  /// - Parameter checkpoint: Called before each read, and about 20 times a second while waiting for bytes, on
  ///   whatever thread reads; what it throws ends the reading.
  /// - Parameter progress: Called after each read, on whatever thread reads.
  /// - Throws: `FileError` when it cannot be opened, or is a directory.
  public convenience init(
    opening path: FilePath, checkpoint: @escaping @Sendable () throws -> Void = {},
    progress: ReadProgress? = nil
  ) throws(FileError) {
    let descriptor = try FileDescriptor.openForReading(path)
    do {
      try self.init(descriptor, path: path, isOwned: true, checkpoint: checkpoint, progress: progress)
    } catch {
      // The first error counts; nothing was written.
      try? descriptor.close()
      throw error
    }
  }

  /// Reads a descriptor that stays the caller's, such as standard input.
  ///
  /// - Parameters:
  ///   - path: The name for messages.
  ///   - checkpoint: As in ``init(opening:checkpoint:progress:)``.
  ///   - progress: As in ``init(opening:checkpoint:progress:)``.
  public convenience init(
    _ descriptor: FileDescriptor, path: FilePath, checkpoint: @escaping @Sendable () throws -> Void = {},
    progress: ReadProgress? = nil
  ) throws(FileError) {
    try self.init(descriptor, path: path, isOwned: false, checkpoint: checkpoint, progress: progress)
  }

  private init(
    _ descriptor: FileDescriptor, path: FilePath, isOwned: Bool,
    checkpoint: @escaping @Sendable () throws -> Void, progress: ReadProgress?
  ) throws(FileError) {
    let status = try descriptor.status(path: path)
    guard status.kind != .directory else {
      throw .wrongKind(path: path, expected: .regular, found: status.kind)
    }
    self.path = path
    self.descriptor = descriptor
    self.isOwned = isOwned
    canWait = status.kind != .regular
    self.checkpoint = checkpoint
    self.progress = progress
    total = status.kind == .regular ? status.byteCount : nil
  }

  deinit {
    // Nothing was written, so closing cannot lose anything.
    if isOwned { try? descriptor.close() }
  }

  /// Makes a waiting read, and every later one, end as if the input had.
  public func cancel() {
    isCancelled.store(true, ordering: .relaxed)
  }

  /// Reads what is there, waiting for at least one byte.
  ///
  /// The wait ends with that byte, at the end of the input, by the checkpoint, or by ``cancel()``.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    repeat {
      try checkpoint()
      if isCancelled.load(ordering: .relaxed) { return 0 }
    } while try !isReady()
    let count = try descriptor.readSome(into: buffer, path: path)
    byteCount += count
    progress?(byteCount, total)
    return count
  }

  /// Waits a moment for bytes; regular files always have them.
  private func isReady() throws(FileError) -> Bool {
    guard canWait else { return true }
    var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    let count = poll(&request, 1, Self.patience)
    // An interrupted wait is one that has found nothing yet.
    guard count < 0, errno != EINTR else { return count > 0 }
    throw .system(path: path, operation: .read, reason: Errno(rawValue: errno))
  }
}
