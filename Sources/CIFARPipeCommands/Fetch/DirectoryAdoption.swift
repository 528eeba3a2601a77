import Digests
import FileSupport
import SystemPackage
import TarArchive

/// The taking over of a directory that another program has left: checked, copied, and then given its name.
struct DirectoryAdoption {
  /// The size of the pieces in which files are copied, in bytes.
  private static let pieceSize = 1 << 20

  /// The directory that is created.
  let target: FilePath
  private let layout: PublishedLayout
  private let isReplacing: Bool
  private let isOfficial: Bool

  /// An adoption into the directory `target`.
  init(_ layout: PublishedLayout, into target: FilePath, isReplacing: Bool, isOfficial: Bool) {
    self.layout = layout
    self.target = target
    self.isReplacing = isReplacing
    self.isOfficial = isOfficial
  }

  /// Takes the first directory that is right; leaves the others as they are.
  ///
  /// - Throws: ``FetchError/wrongCopy(_:more:)`` of the first one if all are wrong, `FileError`, or
  ///   ``CommandError``; the target is then as it was.
  func takeFirst(
    of copies: [FilePath], progress: ProgressLine
  ) throws -> (source: FilePath, summary: ArchiveExtractor.Summary) {
    var first: FetchError?
    for copy in copies {
      let staging = try StagingDirectory(target, replacing: isReplacing ? layout.replaceable : nil)
      defer { staging.abandon() }
      do {
        let check = try DirectoryInspection(layout, isOfficial: isOfficial).run(copy, progress: progress)
        let summary = try self.copy(check, into: staging, progress: progress)
        try staging.publish()
        return (copy, summary)
      } catch let error as FetchError {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("there is no copy to take over") }
    throw first
  }

  /// Copies the files that were found right; what else is there is left out.
  private func copy(
    _ check: DatasetCheck, into staging: StagingDirectory, progress: ProgressLine
  ) throws -> ArchiveExtractor.Summary {
    defer { progress.clear() }
    let source = try DirectoryHandle(opening: check.path)
    var summary = ArchiveExtractor.Summary()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
    defer { piece.deallocate() }
    for known in check.files where !known.isExtra {
      guard let name = FilePath.Component(bytes: known.name.utf8) else {
        preconditionFailure("files that are no extra ones have names from the table: \(known.name)")
      }
      let path = source.path(of: name)
      let file = try source.openFile(name)
      // Only read from.
      defer { try? file.close() }
      let copyPath = target.appending(name)
      let copy = try staging.handle.createFile(name, mode: 0o644)
      var digest = Digest(.sha256)
      try copy.closeAfter {
        while case let count = try file.readFully(into: piece, path: path), count > 0 {
          try SignalTrap.checkpoint()
          let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
          digest.update(bytes)
          try copy.writeFully(bytes, path: copyPath)
          summary.byteCount += UInt64(count)
          progress.show { "copying  \(Quantity.bytes(Int(summary.byteCount)))" }
        }
        guard digest.hexadecimal() == known.sha256 else {
          throw FetchError.wrongCopy(.wrong("\(path.escaped): changed while being read"), more: 0)
        }
        try copy.synchronize(path: copyPath)
      }
      summary.fileCount += 1
    }
    return summary
  }
}
