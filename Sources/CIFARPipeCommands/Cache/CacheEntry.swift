import CIFARFiles
import FileSupport
import Glibc
import SystemPackage

/// One thing that the program keeps in the cache; other things there are never looked at or removed.
struct CacheEntry {
  enum Kind: String {
    /// A complete archive.
    case archive
    /// A directory with the files of an archive.
    case directory
    /// What an unfinished download or extraction has left, to be continued or cleared.
    case unfinished
  }

  let name: FilePath.Component
  let kind: Kind
  /// The archive that it is, or belongs to.
  let archive: KnownArchive
  /// The bytes in it, or in the files in it.
  let byteCount: Int

  /// All entries of the cache, by name; none if there is no cache.
  ///
  /// - Throws: `FileError` when the cache cannot be read.
  static func all(in cache: FilePath) throws(FileError) -> [CacheEntry] {
    let directory: DirectoryHandle
    do {
      directory = try DirectoryHandle(opening: cache)
    } catch .system(_, _, .noSuchFileOrDirectory) {
      return []
    }
    var entries: [CacheEntry] = []
    for name in try directory.entries() {
      guard let (archive, kind) = meaning(of: name) else { continue }
      entries.append(
        CacheEntry(
          name: name, kind: kind, archive: archive, byteCount: try byteCount(of: name, in: directory)))
    }
    return entries.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
  }

  private static func meaning(of name: FilePath.Component) -> (KnownArchive, Kind)? {
    for archive in KnownArchive.all {
      if name == archive.fileName { return (archive, .archive) }
      if name == archive.directoryName { return (archive, .directory) }
      let isUnfinished =
        [".part", ".part.origin"].contains { name.string == archive.fileName.string + $0 }
        || TemporaryName(for: archive.directoryName, purpose: .staging).matches(name)
      if isUnfinished { return (archive, .unfinished) }
    }
    return nil
  }

  private static func byteCount(
    of name: FilePath.Component, in directory: DirectoryHandle
  ) throws(FileError) -> Int {
    guard let status = try directory.status(of: name) else { return 0 }
    switch status.kind {
    case .regular: return status.byteCount
    case .directory:
      let inner = try directory.openDirectory(name)
      var sum = 0
      for child in try inner.entries() { sum += try byteCount(of: child, in: inner) }
      return sum
    default: return 0
    }
  }
}
