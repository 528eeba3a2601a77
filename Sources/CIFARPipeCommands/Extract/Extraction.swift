import FileSupport
import SystemPackage
import TarArchive

/// The unpacking of an archive of a data set into a directory that appears when all of it has been checked.
struct Extraction {
  /// The directory that is created.
  let directory: FilePath
  private let archive: RecognizedArchive
  private let isNested: Bool
  private let isReplacing: Bool

  /// An extraction that has not begun.
  ///
  /// - Parameters:
  ///   - isNested: Whether the official directory is in `directory`, rather than being it.
  ///   - isReplacing: Whether a directory of that name is replaced.
  init(_ archive: RecognizedArchive, to directory: FilePath, isNested: Bool, isReplacing: Bool) {
    self.archive = archive
    self.directory = directory
    self.isNested = isNested
    self.isReplacing = isReplacing
  }

  /// Unpacks the archive.
  ///
  /// - Throws: `ArchiveError`, `FileError`, or ``CommandError/interrupted(signal:)``; the directory is then as it was, and nothing else is left.
  func run(progress: ProgressLine) throws -> ArchiveExtractor.Summary {
    var extractor = ArchiveExtractor()
    extractor.format = archive.format
    extractor.expected = archive.expectedMembers
    if isReplacing { extractor.replaceable = archive.layout.replaceable }
    if !isNested && !archive.isFlat {
      extractor.strippedDirectory = try MemberPath(checking: Array(archive.layout.directoryName.utf8))
    }
    let start = ContinuousClock.now
    defer { progress.clear() }
    return try extractor.extract(archive.source, to: directory) { summary in
      try SignalTrap.checkpoint()
      progress.show {
        let seconds = start.duration(to: .now) / .seconds(1)
        return "extracting  \(Quantity.bytes(Int(summary.byteCount)))"
          + "  \(Quantity.rate(Double(summary.byteCount) / max(seconds, 0.001)))"
      }
    }
  }

  /// What was done, in words.
  func sentence(_ summary: ArchiveExtractor.Summary) -> String {
    "\(summary.fileCount) files, \(summary.byteCount) bytes in \(directory.escaped)"
  }

  /// What was done, for programs.
  func json(_ summary: ArchiveExtractor.Summary) -> [(String, JSON)] {
    [
      ("dataset", .string(archive.layout.dataset.rawValue)),
      ("variant", .string(archive.layout.variant.rawValue)),
      ("directory", .string(directory.string)),
      ("files", .integer(summary.fileCount)),
      ("bytes", .integer(Int(summary.byteCount))),
    ]
  }
}
