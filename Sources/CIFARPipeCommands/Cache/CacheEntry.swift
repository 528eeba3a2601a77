import CIFARFiles
import FileSupport
import SystemPackage

/// One thing that the program keeps in the cache.
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
  /// The bytes in it, or in the files in it that are ours.
  let byteCount: Int
  /// The files that are ours in a directory; `nil` for a file.
  let files: [FilePath.Component]?
  /// What somebody else has put into the directory.
  let foreign: [FilePath.Component]

  /// Removes what is ours; a directory stays if somebody else has put something into it.
  func remove(from cache: DirectoryHandle) throws(FileError) {
    guard let files else { return try cache.removeFile(name) }
    let directory = try cache.openDirectory(name)
    let name = foreign.isEmpty ? try setAside(in: cache) : name
    for file in files { try directory.removeFile(file) }
    if foreign.isEmpty { try cache.removeEmptyDirectory(name) }
  }

  /// Takes its name from a complete directory, since nobody may find half of it there; returns the name that it has then.
  private func setAside(in cache: DirectoryHandle) throws(FileError) -> FilePath.Component {
    let aside = TemporaryName(for: name, purpose: .staging).fresh()
    do {
      guard kind == .directory else { return name }
      try cache.rename(name, to: aside, existing: .replaced)
      return aside
    } catch .system(_, _, .noSpace), .system(_, _, .diskQuotaExceeded) {
      // A longer name may need room that there is not.
      return name
    }
  }
}
