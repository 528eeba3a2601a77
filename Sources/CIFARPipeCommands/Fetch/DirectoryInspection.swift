import FileSupport
import SystemPackage

/// The check of a published directory of which there is no archive to compare with.
struct DirectoryInspection {
  private let layout: PublishedLayout
  private let isOfficial: Bool

  /// A check against `layout`.
  ///
  /// - Parameter isOfficial: Whether the files must be the official ones; else any whole records will do.
  init(_ layout: PublishedLayout, isOfficial: Bool) {
    self.layout = layout
    self.isOfficial = isOfficial
  }

  /// Reads all files in `directory`; writes nothing.
  ///
  /// - Returns: What is known of the files, none of which is wrong.
  /// - Throws: ``FetchError/wrongCopy(_:more:)``; `FileError` when the directory cannot be read;
  ///   ``CommandError/interrupted(signal:)``.
  func run(_ directory: FilePath, progress: ProgressLine) throws -> DatasetCheck {
    defer { progress.clear() }
    var byteCount = 0
    let verifier = DirectoryVerifier { (file, buffer, path) throws(FileError) in
      let count = try file.readSome(into: buffer, path: path)
      byteCount += count
      progress.show { "checking  \(Quantity.bytes(byteCount))" }
      return count
    }
    var check = try verifier.check(DirectoryHandle(opening: directory), layout.dataset, layout.variant)
    check.conclude(isComplete: true, isStrict: false, digests: DigestList())
    if isOfficial { check.requireOfficial() }
    let findings = check.allFindings
    if let first = findings.first(where: { $0.severity == check.severity }) {
      throw FetchError.wrongCopy(first, more: findings.count - 1)
    }
    return check
  }
}
