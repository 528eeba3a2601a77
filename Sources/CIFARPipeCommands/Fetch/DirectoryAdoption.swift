import FileSupport
import SystemPackage
import TarArchive

/// The taking over of a directory that another program has left: checked, copied, and then given its name.
struct DirectoryAdoption {
  /// The directory that is created.
  let target: FilePath
  private let inspection: DirectoryInspection
  private let isReplacing: Bool

  /// An adoption into the directory `target`.
  init(_ layout: PublishedLayout, into target: FilePath, isReplacing: Bool, isOfficial: Bool) {
    inspection = DirectoryInspection(layout, isOfficial: isOfficial)
    self.target = target
    self.isReplacing = isReplacing
  }

  /// Takes the first directory that is right; leaves the others as they are.
  ///
  /// - Throws: ``FetchError/wrongCopy(_:reason:)`` of the first one if all are wrong, `FileError`, or
  ///   ``CommandError/interrupted(signal:)``; the target is then as it was.
  func takeFirst(
    of copies: [FilePath], progress: ProgressLine
  ) throws -> (source: FilePath, summary: ArchiveExtractor.Summary) {
    defer { progress.clear() }
    var first: FetchError?
    for copy in copies {
      let staging = try StagingDirectory(target, replacesExisting: isReplacing)
      defer { staging.abandon() }
      do {
        let summary = try inspection.run(copy, into: staging, progress: progress)
        try staging.publish()
        return (copy, summary)
      } catch let error as FetchError {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("there is no copy to take over") }
    throw first
  }
}
