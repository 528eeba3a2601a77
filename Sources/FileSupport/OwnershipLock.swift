import Platform
import SystemPackage

/// The sign that a living process owns a temporary file or directory: an exclusive `flock`.
///
/// The lock belongs to the open descriptor, so it ends with the process, whatever kills it, and it is seen by
/// processes of other containers on the same kernel, which a process number would not be.
/// The corresponding C function is `flock`.
enum OwnershipLock {
  /// What an attempt to take the lock says.
  enum Outcome: Equatable {
    /// The lock is ours now.
    case taken
    /// Another process has it.
    case busy
    /// The file system cannot lock, such as directories over NFS.
    case unsupported
  }

  /// Takes the lock if nobody has it; never waits.
  static func take(_ descriptor: FileDescriptor) -> Outcome {
    while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      switch Errno.last {
      case .interrupted: continue
      case .wouldBlock: return .busy
      default: return .unsupported
      }
    }
    return .taken
  }
}

extension DirectoryHandle {
  /// How often a new entry may lose its name: cleaning runs that are faster than our lock are rare.
  private static let ownershipTries = 16

  /// Creates an entry under a temporary name and takes the lock that says so.
  ///
  /// Between creating and locking, another run may take the new entry for abandoned and remove it; then it is created
  /// again under another name.
  ///
  /// - Parameters:
  ///   - path: The output, for messages.
  ///   - create: Creates an entry of this name and returns it with its descriptor.
  ///   - discard: Gives up an entry that is not returned.
  /// - Throws: What `create` throws, a name that is taken apart; ``FileError/unowned(path:)``, or
  ///   ``FileError/system(path:operation:reason:)`` when the new entry cannot be looked at.
  func createOwned<Entry>(
    _ names: TemporaryName, path: FilePath,
    _ create: (FilePath.Component) throws(FileError) -> (Entry, FileDescriptor), discard: (Entry) -> Void
  ) throws(FileError) -> (FilePath.Component, Entry) {
    var failure: FileError?
    for _ in 0..<Self.ownershipTries {
      let name = names.fresh()
      let (entry, descriptor): (Entry, FileDescriptor)
      do {
        (entry, descriptor) = try create(name)
      } catch .system(_, _, .fileExists), .system(_, .write, .noSuchFileOrDirectory) {
        // The second is a cleaning run that was faster than the opening.
        continue
      }
      do throws(FileError) {
        if OwnershipLock.take(descriptor) != .busy, try descriptor.status(path: path).linkCount > 0 {
          return (name, entry)
        }
      } catch {
        failure = error
      }
      discard(entry)
      // Some file systems show no links of a file that is there.
      try? removeTree(name)
    }
    throw failure ?? .unowned(path: path)
  }

  /// Removes what earlier runs that are dead have left behind under the names of `pattern`.
  ///
  /// Entries that a living process owns stay, and so does what cannot be told apart or removed: a leftover
  /// never keeps a run from working.
  public func removeAbandoned(_ pattern: TemporaryName) throws(FileError) {
    for name in try entries() where pattern.matches(name) {
      let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      let opened = name.withPlatformString { openName($0, below: descriptor.rawValue, flags) }
      guard opened >= 0 else { continue }
      let entry = FileDescriptor(rawValue: opened)
      if OwnershipLock.take(entry) == .taken, locksExclude(name) {
        // The lock is held over the removal, so that two cleaning runs do not meet; see above for `try?`.
        try? removeTree(name)
      }
      // Nothing was written through this descriptor.
      try? entry.close()
    }
  }

  /// Whether nobody else can lock `name`, which this process has locked.
  ///
  /// Some file systems grant every lock; there a lock says nothing about who is alive.
  private func locksExclude(_ name: FilePath.Component) -> Bool {
    let opened = name.withPlatformString {
      openName($0, below: descriptor.rawValue, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    guard opened >= 0 else { return false }
    let second = FileDescriptor(rawValue: opened)
    // As above.
    defer { try? second.close() }
    return OwnershipLock.take(second) == .busy
  }
}
