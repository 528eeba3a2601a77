import Platform
import SystemPackage

/// A file that gets its name only when it is complete.
///
/// The bytes go to a ``TemporaryName`` beside the final one. ``publish()`` flushes them to the disk and
/// renames; without it nothing is left behind. What an earlier, killed run has left for the same name is
/// removed first. Used by one thread at a time.
public final class AtomicFile {
  /// The final path.
  public let path: FilePath
  /// Where the bytes go meanwhile.
  public let temporaryPath: FilePath
  /// The open file, for writing and reading.
  public let descriptor: FileDescriptor

  private let directory: DirectoryHandle
  private let name: FilePath.Component
  private let temporaryName: FilePath.Component
  private let replacesExisting: Bool
  private var isOpen = true
  private var hasTemporaryName = true

  /// Creates the temporary file.
  ///
  /// - Parameters:
  ///   - path: The final name; its directory must exist.
  ///   - replacesExisting: Whether a regular file of that name is replaced when this one is complete.
  ///   - mode: Permission bits before the umask is applied.
  /// - Throws: ``FileError/exists(path:kind:)`` when a file of that name exists and is not to be replaced,
  ///   ``FileError/notReplaceable(path:kind:)`` when it is a directory, link or device,
  ///   ``FileError/notAName(path:)``, or ``FileError/system(path:operation:reason:)`` with
  ///   ``FileError/Operation/create``.
  public init(_ path: FilePath, replacesExisting: Bool = false, mode: mode_t = 0o666) throws(FileError) {
    let name = try TemporaryName.outputName(of: path)
    let directory = try Self.openParent(of: path)
    let names = TemporaryName(for: name, purpose: .part)
    // First, so that nothing is left behind where the output is there already.
    try directory.removeAbandoned(names)
    switch try directory.kind(of: name) {
    case nil: break
    case .regular where replacesExisting: break
    case .regular: throw .exists(path: path, kind: .regular)
    case let kind?: throw .notReplaceable(path: path, kind: kind)
    }
    (temporaryName, descriptor) = try Self.create(in: directory, names: names, mode: mode, path: path)
    self.path = path
    temporaryPath = path.removingLastComponent().appending(temporaryName)
    self.directory = directory
    self.name = name
    self.replacesExisting = replacesExisting
  }

  deinit {
    abandon()
  }

  /// Appends `bytes`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    precondition(isOpen, "\(path.escaped): written after it was published or abandoned")
    try descriptor.writeFully(bytes, path: path)
  }

  /// Flushes the file to the disk and gives it its final name; then it is closed.
  ///
  /// - Throws: ``FileError/exists(path:kind:)`` when a file of that name has appeared meanwhile, or
  ///   ``FileError/system(path:operation:reason:)``; the final name is then as it was, and the temporary
  ///   file goes with this object. ``FileError/notDurable(path:operation:reason:)`` comes after the rename:
  ///   the file has its final name and is complete.
  public func publish() throws(FileError) {
    precondition(isOpen, "\(path.escaped): published twice, or after it was abandoned")
    try descriptor.synchronize(path: path)
    try rename()
    hasTemporaryName = false
    isOpen = false
    try FileError.afterPublishing(path) { () throws(FileError) in
      try descriptor.close(path: path)
      try directory.synchronize()
    }
  }

  /// Removes the temporary file; nothing happens after ``publish()`` or a second time.
  public func abandon() {
    if hasTemporaryName {
      // The bytes are not wanted, and the next run removes what cannot be removed now.
      try? directory.removeFile(temporaryName)
      hasTemporaryName = false
    }
    if isOpen {
      isOpen = false
      // As above: write errors of unwanted bytes are of no interest.
      try? descriptor.close()
    }
  }

  private func rename() throws(FileError) {
    guard !replacesExisting else {
      return try directory.rename(temporaryName, to: name, existing: .replaced)
    }
    do {
      try directory.rename(temporaryName, to: name, existing: .refused)
    } catch .system(_, _, .fileExists) {
      throw .exists(path: path, kind: try directory.kind(of: name) ?? .regular)
    }
  }

  private static func openParent(of path: FilePath) throws(FileError) -> DirectoryHandle {
    do {
      return try DirectoryHandle(opening: path.parentDirectory)
    } catch .system(let parent, _, let reason) {
      throw .system(path: parent, operation: .create, reason: reason)
    }
  }

  private static func create(
    in directory: DirectoryHandle, names: TemporaryName, mode: mode_t, path: FilePath
  ) throws(FileError) -> (FilePath.Component, FileDescriptor) {
    try directory.createOwned(names, path: path) { name throws(FileError) in
      do throws(FileError) {
        let file = try directory.createFile(name, mode: mode)
        return (file, file)
      } catch .system(_, let operation, let reason) {
        throw .system(path: path, operation: operation, reason: reason)
      }
    } discard: { file in
      // Nothing was written.
      try? file.close()
    }
  }
}
