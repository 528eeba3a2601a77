import CIFARFiles
import FileSupport
import SystemPackage

/// What is in the cache under the names that the program uses; other names are never looked at.
struct CacheContents {
  /// What the program keeps, by name.
  private(set) var entries: [CacheEntry] = []
  /// What has such a name and was not made by the program, from the cache on: links, and files of the user in a
  /// directory of a data set.
  private(set) var foreign: [FilePath] = []

  /// Looks into the directory `cache`, which need not exist.
  ///
  /// - Throws: `FileError` when it cannot be read.
  init(of cache: FilePath) throws(FileError) {
    let directory: DirectoryHandle
    do {
      directory = try DirectoryHandle(opening: cache)
    } catch .system(_, _, .noSuchFileOrDirectory) {
      return
    }
    let names = try directory.entries().sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names {
      guard let meaning = Self.meaning(of: name) else { continue }
      if let entry = try Self.entry(name, meaning, in: directory) {
        entries.append(entry)
        foreign += entry.foreign.map { FilePath(root: nil, [name, $0]) }
      } else {
        foreign.append(FilePath(root: nil, [name]))
      }
    }
  }

  /// What a name in the cache stands for.
  private typealias Meaning = (archive: KnownArchive, kind: CacheEntry.Kind, isDirectory: Bool)

  private static func meaning(of name: FilePath.Component) -> Meaning? {
    for archive in KnownArchive.all {
      if name == archive.fileName { return (archive, .archive, false) }
      if name == archive.directoryName { return (archive, .directory, true) }
      if [".part", ".part.origin"].contains(where: { name.string == archive.fileName.string + $0 }) {
        return (archive, .unfinished, false)
      }
      if TemporaryName(for: archive.directoryName, purpose: .staging).matches(name) {
        return (archive, .unfinished, true)
      }
    }
    return nil
  }

  /// The entry called `name`; `nil` if it is of another kind than the program makes, or holds nothing of ours.
  private static func entry(
    _ name: FilePath.Component, _ meaning: Meaning, in cache: DirectoryHandle
  ) throws(FileError) -> CacheEntry? {
    guard let status = try cache.status(of: name) else { return nil }
    guard meaning.isDirectory else {
      guard status.kind == .regular else { return nil }
      return CacheEntry(
        name: name, kind: meaning.kind, archive: meaning.archive, byteCount: status.byteCount, files: nil,
        foreign: [])
    }
    guard status.kind == .directory else { return nil }
    let directory = try cache.openDirectory(name)
    var files: [FilePath.Component] = []
    var others: [FilePath.Component] = []
    var byteCount = 0
    for file in try directory.entries().sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      guard let status = try directory.status(of: file) else { continue }
      if status.kind == .regular, meaning.archive.mayHold(file.string) {
        files.append(file)
        byteCount += status.byteCount
      } else {
        others.append(file)
      }
    }
    guard !files.isEmpty || others.isEmpty else { return nil }
    return CacheEntry(
      name: name, kind: meaning.kind, archive: meaning.archive, byteCount: byteCount, files: files,
      foreign: others)
  }
}
