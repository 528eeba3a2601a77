import FileSupport
import Platform
import SystemPackage

/// Makes the directories and files of an archive below one directory, following no link on the way.
struct MemberWriter {
  private let root: DirectoryHandle
  /// The directory that was used last: members come in the order of their directories.
  private var last: (path: MemberPath, handle: DirectoryHandle)?
  private var made: Set<MemberPath> = []

  private let flushesToDisk: Bool

  /// Writes below `root`.
  ///
  /// - Parameter flushesToDisk: Whether files will be flushed, so that the disk begins with them early.
  init(root: DirectoryHandle, flushesToDisk: Bool) {
    self.root = root
    self.flushesToDisk = flushesToDisk
  }

  /// Makes a directory, and those above it, unless they are there.
  mutating func makeDirectory(_ path: MemberPath) throws(FileError) {
    _ = try directory(path)
  }

  /// Makes a file, which must not be there, and the directories above it.
  mutating func makeFile(_ path: MemberPath) throws(FileError) -> WrittenFile {
    guard let bytes = path.parts.last else { preconditionFailure("the root is not a file") }
    let parent = try directory(path.parent)
    let name = Self.component(bytes)
    return WrittenFile(
      descriptor: try parent.createFile(name, mode: 0o644), path: parent.path(of: name),
      willBeFlushed: flushesToDisk)
  }

  /// Waits until the names in all directories but the root are on the disk.
  func synchronizeDirectories() throws(FileError) {
    for path in made {
      var handle = root
      for part in path.parts { handle = try Self.open(Self.component(part), in: handle) }
      try handle.synchronize()
    }
  }

  private mutating func directory(_ path: MemberPath) throws(FileError) -> DirectoryHandle {
    if let last, last.path == path { return last.handle }
    var handle = root
    for part in path.parts { handle = try Self.enter(Self.component(part), in: handle) }
    last = (path, handle)
    if !path.isRoot { made.insert(path) }
    return handle
  }

  private static func enter(
    _ name: FilePath.Component, in parent: DirectoryHandle
  ) throws(FileError) -> DirectoryHandle {
    do {
      return try parent.createDirectory(name, mode: 0o755)
    } catch .system(_, .create, .fileExists) {
      return try open(name, in: parent)
    }
  }

  /// Opens a directory that was made before.
  private static func open(
    _ name: FilePath.Component, in parent: DirectoryHandle
  ) throws(FileError) -> DirectoryHandle {
    do { return try parent.openDirectory(name) } catch { throw error.whileWriting }
  }

  /// A part of a checked path is always a plain name.
  private static func component(_ bytes: [UInt8]) -> FilePath.Component {
    guard let name = FilePath.Component(bytes: bytes) else {
      preconditionFailure("'\(escaped(bytes))' is not a plain name")
    }
    return name
  }
}
