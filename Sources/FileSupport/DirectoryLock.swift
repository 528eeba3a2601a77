import Platform
import SystemPackage

/// The right to be the only run that works in a directory.
///
/// It is an exclusive `flock` on the file `.cifar-pipe.lock` in that directory, which holds the process
/// number of its owner as text. The lock ends with the process, whatever kills it; its file is removed on
/// release. Nothing may depend on the lock for correctness: files are published in one step with or without
/// it.
public final class DirectoryLock {
  /// The name of the lock file.
  public static let fileName: FilePath.Component = ".cifar-pipe.lock"
  /// How long a waiting run sleeps between two tries.
  private static let pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)

  private let directory: DirectoryHandle
  private let descriptor: FileDescriptor
  private var isHeld = true

  private init(directory: DirectoryHandle, descriptor: FileDescriptor) {
    self.directory = directory
    self.descriptor = descriptor
  }

  deinit {
    release()
  }

  /// Takes the lock, or returns `nil` at once when another process holds it.
  public static func attempt(_ directory: DirectoryHandle) throws(FileError) -> DirectoryLock? {
    while true {
      let file = try open(directory)
      switch OwnershipLock.take(file) {
      case .busy:
        try file.close(path: directory.path(of: fileName))
        return nil
      case .unsupported:
        // Without locks two runs still never mix their bytes; see above.
        return DirectoryLock(directory: directory, descriptor: file)
      case .taken:
        if try isCurrent(file, in: directory) {
          let lock = DirectoryLock(directory: directory, descriptor: file)
          lock.sign()
          return lock
        }
        // The former owner removed this file after we had opened it: the lock is on another one now.
        try file.close(path: directory.path(of: fileName))
      }
    }
  }

  /// Takes the lock, waiting for its holder until `deadline`.
  ///
  /// - Parameters:
  ///   - deadline: When to give up; `nil` waits without end.
  ///   - checkpoint: Called between tries, about 50 times a second; what it throws ends the wait.
  /// - Throws: ``FileError/locked(path:holder:)`` at the deadline, or what `checkpoint` throws.
  public static func acquire(
    _ directory: DirectoryHandle, until deadline: ContinuousClock.Instant?,
    checkpoint: () throws -> Void = {}
  ) throws -> DirectoryLock {
    while true {
      if let lock = try attempt(directory) { return lock }
      try checkpoint()
      if let deadline, ContinuousClock.now >= deadline {
        throw FileError.locked(path: directory.path(of: fileName), holder: holder(in: directory))
      }
      var rest = pause
      // Waking early, at a signal, only means trying earlier.
      nanosleep(&rest, nil)
    }
  }

  /// The process number of the one that holds, or last held, the lock; `nil` when it cannot be told.
  public static func holder(in directory: DirectoryHandle) -> Int? {
    // It only makes a message more helpful.
    guard let file = try? directory.openCheckedFile(fileName),
      let text = try? file.bytes(in: 0..<min(file.byteCount, 24))
    else { return nil }
    return Int(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// Gives the lock back; nothing happens a second time.
  public func release() {
    guard isHeld else { return }
    isHeld = false
    // Removed before the lock ends: whoever comes later makes a new file, whoever waits notices (isCurrent).
    try? directory.removeFile(Self.fileName)
    // Only the process number was written.
    try? descriptor.close()
  }

  /// Writes the process number, which only makes messages of others more helpful: on a full disk there is none.
  private func sign() {
    guard ftruncate(descriptor.rawValue, 0) == 0 else { return }
    try? descriptor.writeFully(Array("\(getpid())\n".utf8), path: directory.path(of: Self.fileName))
  }

  private static func open(_ directory: DirectoryHandle) throws(FileError) -> FileDescriptor {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    let opened = fileName.withPlatformString {
      openName($0, below: directory.descriptor.rawValue, flags, mode: 0o666)
    }
    guard opened >= 0 else {
      throw .system(path: directory.path(of: fileName), operation: .create, reason: .last)
    }
    return FileDescriptor(rawValue: opened)
  }

  /// Whether the lock file that `file` is open on is still the one that has the name.
  private static func isCurrent(
    _ file: FileDescriptor, in directory: DirectoryHandle
  ) throws(FileError) -> Bool {
    guard let named = try directory.status(of: fileName) else { return false }
    return named.isSameFile(as: try file.status(path: directory.path(of: fileName)))
  }
}
