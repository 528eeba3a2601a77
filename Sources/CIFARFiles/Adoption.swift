import Digests
import FileSupport
import SystemPackage
import TarArchive

/// The taking over of a directory that another program has left: checked, copied, and then given its name.
public struct Adoption {
  /// How far the work is; all counts are bytes.
  public enum Progress: Sendable {
    /// So much of a copy has been read, of so much.
    case checking(byteCount: Int, total: Int?)
    /// So much has been copied, of so much.
    case copying(byteCount: Int, total: Int)
  }

  /// The size of the pieces in which files are copied, in bytes.
  private static let pieceSize = 1 << 20

  private let archive: KnownArchive
  private let mustBeOfficial: Bool
  private let checkpoint: Checkpoint

  /// An adoption of what `archive` holds.
  ///
  /// - Parameter mustBeOfficial: Whether the files must be the official ones; else any whole records will do.
  public init(_ archive: KnownArchive, mustBeOfficial: Bool, checkpoint: @escaping Checkpoint) {
    self.archive = archive
    self.mustBeOfficial = mustBeOfficial
    self.checkpoint = checkpoint
  }

  /// Copies the first directory that is right to `target`; leaves the others as they are.
  ///
  /// - Parameter copies: At least one directory.
  /// - Throws: ``CopyError/wrong(_:more:)`` of the first one if all are wrong, `FileError`, or what the
  ///   checkpoint throws; the target is then as it was.
  public func takeFirst(
    of copies: [FilePath], to target: FilePath, isReplacing: Bool,
    progress: @escaping (Progress) -> Void
  ) throws -> (source: FilePath, summary: ArchiveExtractor.Summary) {
    var first: CopyError?
    for copy in copies {
      // Before the check, which takes long: a target that is in the way is told at once.
      let staging = try StagingDirectory(target, replacing: isReplacing ? archive.replaceable : nil)
      defer { staging.abandon() }
      do {
        let audit = try audit(copy) { progress(.checking(byteCount: $0, total: $1)) }
        let total = audit.files.filter { !$0.isExtra }.compactMap(\.byteCount).reduce(0, +)
        let summary = try self.copy(audit, into: staging) { progress(.copying(byteCount: $0, total: total)) }
        try staging.publish()
        return (copy, summary)
      } catch let error as CopyError {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("there is no copy to take over") }
    throw first
  }

  /// Reads all files in `directory`; writes nothing.
  ///
  /// - Returns: What is known of the files, none of which is wrong.
  /// - Throws: ``CopyError/wrong(_:more:)``; `FileError` when the directory cannot be read; what the checkpoint
  ///   throws.
  func audit(_ directory: FilePath, progress: ((Int, Int?) -> Void)? = nil) throws -> Audit {
    let files = DirectoryAudit(checkpoint: checkpoint, progress: progress)
    var audit = try files.run(DirectoryHandle(opening: directory), archive.dataset, archive.variant)
    audit.conclude()
    if mustBeOfficial { audit.requireOfficial() }
    let problems = audit.allProblems
    if let first = problems.first(where: { $0.severity == audit.severity }) {
      throw CopyError.wrong(first, more: problems.count - 1)
    }
    return audit
  }

  /// Copies the files that were found right; what else is there is left out.
  private func copy(
    _ audit: Audit, into staging: StagingDirectory, progress: (Int) -> Void
  ) throws -> ArchiveExtractor.Summary {
    let source = try DirectoryHandle(opening: audit.path)
    var summary = ArchiveExtractor.Summary()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
    defer { piece.deallocate() }
    for known in audit.files where !known.isExtra {
      guard let name = FilePath.Component(bytes: known.name.utf8) else {
        preconditionFailure("files that are no extra ones have names from the table: \(known.name)")
      }
      let path = source.path(of: name)
      let file = try source.openFile(name)
      // Only read from.
      defer { try? file.close() }
      let copyPath = staging.path.appending(name)
      let copy = try staging.handle.createFile(name, mode: 0o644)
      try copy.closeAfter(path: copyPath) {
        var digest = Digest(.sha256)
        while case let count = try file.readFully(into: piece, path: path), count > 0 {
          try checkpoint()
          let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
          digest.update(bytes)
          try copy.writeFully(bytes, path: copyPath)
          summary.byteCount += UInt64(count)
          progress(Int(summary.byteCount))
        }
        guard digest.hexadecimal() == known.sha256 else {
          throw CopyError.wrong(.wrong("\(path.escaped): changed while being read"), more: 0)
        }
        try copy.synchronize(path: copyPath)
      }
      summary.fileCount += 1
    }
    return summary
  }
}
