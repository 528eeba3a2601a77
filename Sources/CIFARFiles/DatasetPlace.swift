import FileSupport
import SystemPackage
import TarArchive

/// A directory in which an archive and the directory with its contents lie side by side, as fetch puts them.
public struct DatasetPlace: Sendable {
  /// The archive as it should be.
  public let archive: KnownArchive
  private let path: FilePath

  /// The place of `archive` in the directory `path`; nothing of it need exist.
  public init(_ archive: KnownArchive, in path: FilePath) {
    self.archive = archive
    self.path = path
  }

  /// Where the archive is.
  public var archivePath: FilePath { path.appending(archive.fileName) }
  /// Where its contents are.
  public var directoryPath: FilePath { path.appending(archive.directoryName) }

  /// What has the name of the archive, and what that of the directory; `nil` where there is nothing.
  ///
  /// - Throws: `FileError` when nobody can tell, as when ``archivePath`` is in no directory.
  public func kinds() throws(FileError) -> (archive: FileKind?, directory: FileKind?) {
    let parent = try DirectoryHandle(opening: path)
    return (try parent.kind(of: archive.fileName), try parent.kind(of: archive.directoryName))
  }

  /// The archive in its place.
  ///
  /// - Throws: As ``RecognizedArchive/init(opening:as:checkpoint:progress:)``.
  public func recognized(
    checkpoint: @escaping Checkpoint, progress: ReadProgress? = nil
  ) throws -> RecognizedArchive {
    try RecognizedArchive(opening: archivePath, as: archive, checkpoint: checkpoint, progress: progress)
  }

  /// Checks the directory without an archive: its files must be the official ones, as far as anybody can tell.
  ///
  /// - Parameter progress: Called often with the bytes read so far, and those of all files.
  /// - Returns: The files that the archive holds.
  /// - Throws: ``CopyError/wrong(_:more:)``, `FileError` when the directory cannot be read, or what
  ///   `checkpoint` throws.
  public func auditDirectory(
    checkpoint: @escaping Checkpoint, progress: ((_ byteCount: Int, _ total: Int?) -> Void)? = nil
  ) throws -> ArchiveExtractor.Summary {
    let audit = try Adoption(archive, mustBeOfficial: true, checkpoint: checkpoint)
      .audit(directoryPath, progress: progress)
    let files = audit.files.filter { !$0.isExtra }
    return ArchiveExtractor.Summary(
      fileCount: files.count, byteCount: UInt64(files.compactMap(\.byteCount).reduce(0, +)))
  }

  /// Compares the directory with the archive beside it, byte by byte; further files in it do not count.
  ///
  /// - Parameter progress: Called with the bytes of the archive that have been read.
  /// - Returns: What the archive holds.
  /// - Throws: ``CopyError/differs(_:name:)``, `ArchiveError`, `FileError`, or what `checkpoint` throws.
  public func compareDirectory(
    checkpoint: @escaping Checkpoint, progress: ReadProgress? = nil
  ) throws -> ArchiveExtractor.Summary {
    try recognized(checkpoint: checkpoint, progress: progress).compare(
      with: DirectoryHandle(opening: directoryPath))
  }
}

/// Why files in place, or a copy that another program has left, are not what an archive holds.
public enum CopyError: CausedError {
  /// The directory is not what the archive holds; `name` is the first file that is missing or differs.
  case differs(FilePath, name: FilePath.Component)
  /// A directory or archive is not what would be generated; `name` is the first file that is missing or differs.
  case notGenerated(FilePath, name: String)
  /// A copy is not right: the gravest problem, and how many more there are.
  case wrong(AuditProblem, more: Int)

  /// A difference is one of data; else what the problem means.
  public var cause: ErrorCause {
    switch self {
    case .differs, .notGenerated: .data
    case .wrong(let problem, _): problem.severity.cause
    }
  }
}

extension CopyError: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .differs(let path, let name):
      "\(path.escaped): exists and is not what the archive holds ('\(name.escaped)' is missing or differs)"
    case .notGenerated(let path, let name):
      "\(path.escaped): exists and is not what would be generated ('\(escaped(name.utf8))' is missing or differs)"
    case .wrong(let problem, 0): problem.text
    case .wrong(let problem, let more): "\(problem.text) (and \(more) more findings)"
    }
  }
}
