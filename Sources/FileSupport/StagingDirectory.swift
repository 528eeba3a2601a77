import Platform
import SystemPackage

/// A directory that gets its name only when it is complete.
///
/// It is filled under a ``TemporaryName`` beside the final one. ``publish()`` gives it its final name in one
/// step; without it nothing is left behind. What an earlier, killed run has left for the same name is removed
/// first. Used by one thread at a time.
public final class StagingDirectory {
  /// The final path.
  public let path: FilePath
  /// The directory to fill; its errors name the final path.
  public let handle: DirectoryHandle

  private let parent: DirectoryHandle
  private let name: FilePath.Component
  private let temporaryName: FilePath.Component
  private let contents: ReplaceableContents?
  private var hasTemporaryName = true

  /// Creates the temporary directory.
  ///
  /// - Parameters:
  ///   - path: The final name; the directory above it must exist. An empty directory of that name is
  ///     replaced.
  ///   - contents: What a directory may hold that is replaced when this one is complete; `nil` replaces none
  ///     that is not empty.
  ///   - mode: Permission bits before the umask is applied.
  /// - Throws: ``FileError/exists(path:kind:)`` when a directory is in the way that is not empty,
  ///   ``FileError/foreignContents(path:name:)`` when it holds something else than `contents`,
  ///   ``FileError/notReplaceable(path:kind:)`` when it is a link or a file, ``FileError/notAName(path:)``,
  ///   or ``FileError/system(path:operation:reason:)`` with ``FileError/Operation/create``.
  public init(
    _ path: FilePath, replacing contents: ReplaceableContents? = nil, mode: mode_t = 0o755
  ) throws(FileError) {
    let name = try TemporaryName.outputName(of: path)
    do {
      parent = try DirectoryHandle(opening: path.parentDirectory)
    } catch .system(let parent, _, let reason) {
      throw .system(path: parent, operation: .create, reason: reason)
    }
    self.path = path
    self.name = name
    self.contents = contents
    let names = TemporaryName(for: name, purpose: .staging)
    // First, so that nothing is left behind where the output is there already.
    try parent.removeAbandoned(names)
    try Self.check(name, in: parent, path: path, contents)
    (temporaryName, handle) = try Self.create(in: parent, names: names, mode: mode, path: path)
  }

  deinit {
    abandon()
  }

  /// Gives the directory its final name in one step, then removes the one it replaces.
  ///
  /// - Parameter synchronizing: Whether the names are flushed to the disk; what the directory holds must have
  ///   been flushed by whoever wrote it.
  /// - Throws: ``FileError/exists(path:kind:)`` or ``FileError/foreignContents(path:name:)`` when something has
  ///   appeared meanwhile, or ``FileError/system(path:operation:reason:)``; the final name is then as it was.
  public func publish(synchronizing: Bool = true) throws(FileError) {
    precondition(hasTemporaryName, "\(path.escaped): published twice, or after it was abandoned")
    if synchronizing { try handle.synchronize() }
    // Again, since filling may have taken minutes: what somebody has put there meanwhile must not go.
    try Self.check(name, in: parent, path: path, contents)
    try requireName()
    if try parent.kind(of: name) == nil {
      try rename(existing: .refused)
    } else if contents != nil {
      try replace()
    } else {
      // `renameat` replaces a directory only while it is empty.
      try rename(existing: .replaced)
    }
    hasTemporaryName = false
    // The lock said "unfinished"; it must not outlive that.
    flock(handle.descriptor.rawValue, LOCK_UN)
    guard synchronizing else { return }
    try FileError.afterPublishing(path) { () throws(FileError) in try parent.synchronize() }
  }

  /// Removes the temporary directory and what is in it; nothing happens after ``publish()`` or a second time.
  public func abandon() {
    guard hasTemporaryName else { return }
    hasTemporaryName = false
    // The contents are not wanted, and the next run removes what cannot be removed now.
    try? parent.removeTree(temporaryName)
  }

  /// Checks that the temporary name still leads to the directory that was filled, and to no other or a link.
  private func requireName() throws(FileError) {
    let filled = try handle.descriptor.status(path: path)
    guard let named = try parent.status(of: temporaryName), named.isSameFile(as: filled) else {
      throw .system(path: path, operation: .write, reason: .noSuchFileOrDirectory)
    }
  }

  private func rename(existing: DirectoryHandle.Replacement) throws(FileError) {
    do {
      try parent.rename(temporaryName, to: name, existing: existing)
    } catch .system(_, _, let reason) where reason == .fileExists || reason == .directoryNotEmpty {
      throw .exists(path: path, kind: try parent.kind(of: name) ?? .directory)
    }
  }

  /// Swaps the two directories and removes the old one, which then has the temporary name.
  private func replace() throws(FileError) {
    do {
      try parent.rename(temporaryName, to: name, existing: .exchanged)
    } catch .system(_, _, .invalidArgument) {
      return try replaceInTwoSteps()
    }
    // The new directory is complete in its place. An old one that cannot be removed now is removed by the
    // next run, and saying that the extraction has not worked would be wrong.
    try? parent.removeTree(temporaryName)
  }

  /// Replaces where there is no `RENAME_EXCHANGE`: the old directory steps aside and comes back on failure.
  private func replaceInTwoSteps() throws(FileError) {
    let aside = TemporaryName(for: name, purpose: .staging).fresh()
    try parent.rename(name, to: aside, existing: .replaced)
    do {
      try parent.rename(temporaryName, to: name, existing: .replaced)
    } catch {
      try parent.rename(aside, to: name, existing: .replaced)
      throw error
    }
    // As in `replace()`.
    try? parent.removeTree(aside)
  }

  /// Refuses an output that may not be replaced.
  private static func check(
    _ name: FilePath.Component, in parent: DirectoryHandle, path: FilePath, _ contents: ReplaceableContents?
  ) throws(FileError) {
    switch try parent.kind(of: name) {
    case nil: return
    case .directory:
      let directory: DirectoryHandle
      do {
        directory = try parent.openDirectory(name, knownAs: path)
      } catch .system(_, _, .noSuchFileOrDirectory) {
        // Another run has just replaced or removed it.
        return
      } catch .system(_, _, let reason) {
        throw .system(path: path, operation: .create, reason: reason)
      }
      if let contents { return try contents.check(directory) }
      guard try directory.isEmpty() else { throw .exists(path: path, kind: .directory) }
    case let kind?: throw .notReplaceable(path: path, kind: kind)
    }
  }

  private static func create(
    in parent: DirectoryHandle, names: TemporaryName, mode: mode_t, path: FilePath
  ) throws(FileError) -> (FilePath.Component, DirectoryHandle) {
    try parent.createOwned(names, path: path) { name throws(FileError) in
      let handle = try parent.createDirectory(name, mode: mode, knownAs: path)
      return (handle, handle.descriptor)
    } discard: { _ in
      // The handle closes itself.
    }
  }
}

/// What a directory may hold that is to be replaced; anything else in it keeps it from being replaced.
///
/// Replacing removes everything, and nobody who says `--force` means files of his own.
public struct ReplaceableContents: Sendable {
  private let mayHold: @Sendable (_ entry: FilePath, _ kind: FileKind) -> Bool

  /// Contents of which each entry is what `mayHold` says.
  ///
  /// - Parameter mayHold: Asked with the path of an entry from the directory on; directories that it takes are
  ///   looked into, too.
  public init(_ mayHold: @escaping @Sendable (_ entry: FilePath, _ kind: FileKind) -> Bool) {
    self.mayHold = mayHold
  }

  /// Looks at everything in `directory`.
  ///
  /// - Throws: ``FileError/foreignContents(path:name:)`` with the first entry, by name, that is something else;
  ///   ``FileError/system(path:operation:reason:)`` with ``FileError/Operation/create`` when it cannot be looked at.
  public func check(_ directory: DirectoryHandle) throws(FileError) {
    let foreign: FilePath?
    do {
      foreign = try foreignEntry(of: directory, prefix: "")
    } catch .system(let path, _, let reason) {
      throw .system(path: path, operation: .create, reason: reason)
    }
    if let foreign { throw .foreignContents(path: directory.path, name: foreign) }
  }

  private func foreignEntry(of directory: DirectoryHandle, prefix: FilePath) throws(FileError) -> FilePath? {
    for name in try directory.entries().sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      let entry = prefix.appending(name)
      guard let kind = try directory.kind(of: name) else { continue }
      guard mayHold(entry, kind) else { return entry }
      guard kind == .directory else { continue }
      if let inner = try foreignEntry(of: directory.openDirectory(name), prefix: entry) { return inner }
    }
    return nil
  }
}
