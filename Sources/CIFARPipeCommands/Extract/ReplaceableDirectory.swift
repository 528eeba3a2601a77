import FileSupport
import SystemPackage

/// A directory that is to be replaced, which must hold nothing but what an archive of its kind puts there.
///
/// Replacing removes everything in it, and nobody who says `--force` means files of his own.
struct ReplaceableDirectory {
  private let path: FilePath
  private let layout: PublishedLayout

  /// The directory at `path`, which need not exist.
  init(_ path: FilePath, _ layout: PublishedLayout) {
    self.path = path
    self.layout = layout
  }

  /// Looks at the names in it: files of the data set, and the official directory with files of the data set.
  ///
  /// - Throws: ``CommandError/foreignContents(directory:name:)``, or `FileError` when it cannot be looked at.
  func check() throws {
    let foreign: FilePath?
    do throws(FileError) {
      foreign = try foreignName()
    } catch .system(let path, _, let reason) {
      throw FileError.system(path: path, operation: .create, reason: reason)
    }
    if let foreign { throw CommandError.foreignContents(directory: path, name: foreign) }
  }

  private func foreignName() throws(FileError) -> FilePath? {
    guard let name = path.lastComponent, name.kind == .regular else { return nil }
    let parent = try DirectoryHandle(opening: path.parentDirectory)
    // Whatever else has the name is refused by whoever would have to replace it.
    guard try parent.kind(of: name) == .directory else { return nil }
    return try foreignName(in: parent.openDirectory(name), isOuter: true)
  }

  private func foreignName(in directory: DirectoryHandle, isOuter: Bool) throws(FileError) -> FilePath? {
    let names = try directory.entries().sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names {
      switch try directory.kind(of: name) {
      case .regular where layout.mayHold(name.string): continue
      case .directory where isOuter && name.string == layout.directoryName:
        let inner = try foreignName(in: directory.openDirectory(name), isOuter: false)
        if let inner { return FilePath(root: nil, [name]).pushing(inner) }
      case nil: continue
      default: return FilePath(root: nil, [name])
      }
    }
    return nil
  }
}
