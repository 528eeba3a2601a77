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
    for file in files { try directory.removeFile(file) }
    if foreign.isEmpty { try cache.removeEmptyDirectory(name) }
  }
}
