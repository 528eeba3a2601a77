import Platform
import SystemPackage

/// An open directory, below which names are looked up one at a time and links are never followed.
///
/// Whatever happens to the path meanwhile, the calls reach the directory that was opened. Any thread may use
/// a handle; it is closed with its last reference.
public final class DirectoryHandle: Sendable {
  /// The path for messages; not used for look-ups.
  public let path: FilePath
  /// The open directory.
  public let descriptor: FileDescriptor

  /// Opens `path`, in which links are followed: it is the user's own word.
  public convenience init(opening path: FilePath) throws(FileError) {
    try self.init(name: path, below: AT_FDCWD, options: 0, path: path)
  }

  private init(name: FilePath, below parent: CInt, options: CInt, path: FilePath) throws(FileError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | options
    let opened = name.withPlatformString { openName($0, below: parent, flags) }
    guard opened >= 0 else { throw .system(path: path, operation: .open, reason: .last) }
    self.path = path
    descriptor = FileDescriptor(rawValue: opened)
  }

  deinit {
    // A directory has no unwritten bytes whose loss closing could report.
    try? descriptor.close()
  }

  /// The path of an entry, for messages.
  public func path(of name: FilePath.Component) -> FilePath { path.appending(name) }

  /// Opens the directory `name`; a link in its place is refused.
  ///
  /// - Parameter knownAs: The path for messages, if it is not the one that the directory has now.
  public func openDirectory(
    _ name: FilePath.Component, knownAs: FilePath? = nil
  ) throws(FileError) -> DirectoryHandle {
    try DirectoryHandle(
      name: FilePath(root: nil, CollectionOfOne(name)), below: descriptor.rawValue, options: O_NOFOLLOW,
      path: knownAs ?? path(of: name))
  }

  /// Opens the file `name` for reading; a link in its place is refused, and a named pipe does not block.
  ///
  /// - Throws: ``FileError/wrongKind(path:expected:found:)`` when it is not a regular file.
  public func openFile(_ name: FilePath.Component) throws(FileError) -> FileDescriptor {
    if let kind = try kind(of: name), kind != .regular {
      throw .wrongKind(path: path(of: name), expected: .regular, found: kind)
    }
    let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let opened = name.withPlatformString { openName($0, below: descriptor.rawValue, flags) }
    guard opened >= 0 else { throw .system(path: path(of: name), operation: .open, reason: .last) }
    return FileDescriptor(rawValue: opened)
  }

  /// The same, owned by an object; the descriptor of an updated file can be written to as well.
  public func openCheckedFile(
    _ name: FilePath.Component, isUpdated: Bool = false
  ) throws(FileError) -> CheckedFile {
    let path = path(of: name)
    // Before it is opened: to open a device may do something, and a link or a socket says why only here.
    try status(of: name)?.requireRegularFile(path)
    let flags = (isUpdated ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let opened = name.withPlatformString { openName($0, below: descriptor.rawValue, flags) }
    guard opened >= 0 else { throw .system(path: path, operation: .open, reason: .last) }
    return try CheckedFile(takingOver: FileDescriptor(rawValue: opened), path: path)
  }

  /// Creates the file `name`, which must not exist, for writing and reading.
  ///
  /// - Parameter mode: Permission bits before the umask is applied.
  public func createFile(_ name: FilePath.Component, mode: mode_t = 0o666) throws(FileError) -> FileDescriptor
  {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    let opened = name.withPlatformString { openName($0, below: descriptor.rawValue, flags, mode: mode) }
    guard opened >= 0 else { throw .system(path: path(of: name), operation: .create, reason: .last) }
    return FileDescriptor(rawValue: opened)
  }

  /// Creates the directory `name`, which must not exist, and opens it.
  ///
  /// What somebody else puts in its place before it is open is an error of ``FileError/Operation/write``.
  ///
  /// - Parameters:
  ///   - mode: Permission bits before the umask is applied.
  ///   - knownAs: The path for messages, if it is not the one that the directory has now.
  public func createDirectory(
    _ name: FilePath.Component, mode: mode_t = 0o777, knownAs: FilePath? = nil
  ) throws(FileError) -> DirectoryHandle {
    guard name.withPlatformString({ mkdirat(descriptor.rawValue, $0, mode) }) == 0 else {
      throw .system(path: knownAs ?? path(of: name), operation: .create, reason: .last)
    }
    do {
      return try openDirectory(name, knownAs: knownAs)
    } catch {
      // Whoever does not get a handle cannot know that there is something to remove.
      _ = name.withPlatformString { unlinkat(descriptor.rawValue, $0, AT_REMOVEDIR) }
      throw error.whileWriting
    }
  }

  /// What `name` stands for, links not followed; `nil` when there is nothing.
  public func kind(of name: FilePath.Component) throws(FileError) -> FileKind? {
    try status(of: name)?.kind
  }

  /// What the system tells of `name`, links not followed; `nil` when there is nothing.
  ///
  /// The corresponding C function is `fstatat`.
  public func status(of name: FilePath.Component) throws(FileError) -> FileStatus? {
    var found = stat()
    let result = name.withPlatformString {
      fstatat(descriptor.rawValue, $0, &found, AT_SYMLINK_NOFOLLOW)
    }
    if result == 0 { return FileStatus(found) }
    let reason = Errno.last
    if reason == .noSuchFileOrDirectory { return nil }
    throw .system(path: path(of: name), operation: .inspect, reason: reason)
  }

  /// Waits until the names in the directory are on the disk.
  public func synchronize() throws(FileError) {
    try descriptor.synchronize(path: path)
  }

  // MARK: Renaming

  /// What happens to an entry that already has the new name.
  public enum Replacement: Sendable {
    /// The rename is refused with `fileExists`.
    case refused
    /// The entry goes, in the same step.
    case replaced
    /// The entry gets the old name, in the same step; it must exist.
    case exchanged
  }

  /// Gives `name` the new name in this or another directory of the same file system, in one step.
  ///
  /// - Throws: ``FileError/system(path:operation:reason:)`` with the new path; nothing has then changed.
  public func rename(
    _ name: FilePath.Component, to newName: FilePath.Component, in target: DirectoryHandle? = nil,
    existing: Replacement
  ) throws(FileError) {
    let target = target ?? self
    let old = descriptor.rawValue
    let new = target.descriptor.rawValue
    let result = name.withPlatformString { oldBytes in
      newName.withPlatformString { newBytes in
        switch existing {
        case .refused: cp_rename_if_absent(old, oldBytes, new, newBytes)
        case .replaced: renameat(old, oldBytes, new, newBytes)
        case .exchanged: cp_rename_exchanging(old, oldBytes, new, newBytes)
        }
      }
    }
    guard result != 0 else { return }
    let reason = Errno.last
    if reason == .invalidArgument, existing == .refused {
      return try renameInSteps(name, to: newName, in: target)
    }
    throw .system(path: target.path(of: newName), operation: .rename, reason: reason)
  }

  /// Renames where the system cannot refuse an existing name by itself, such as over NFS.
  ///
  /// A hard link to a file refuses it just as well, and of directories `renameat` replaces only empty ones. Where there
  /// are no links either, a look must do.
  private func renameInSteps(
    _ name: FilePath.Component, to newName: FilePath.Component, in target: DirectoryHandle
  ) throws(FileError) {
    if try kind(of: name) == .directory {
      return try rename(name, to: newName, in: target, existing: .replaced)
    }
    let result = name.withPlatformString { old in
      newName.withPlatformString { linkat(descriptor.rawValue, old, target.descriptor.rawValue, $0, 0) }
    }
    if result == 0 {
      // The file has its new name; the next run removes an old one that cannot be removed now.
      try? removeFile(name)
      return
    }
    let reason = Errno.last
    let isTaken = try target.kind(of: newName) != nil
    guard !isTaken, reason != .fileExists else {
      throw .system(path: target.path(of: newName), operation: .rename, reason: .fileExists)
    }
    try rename(name, to: newName, in: target, existing: .replaced)
  }
}
