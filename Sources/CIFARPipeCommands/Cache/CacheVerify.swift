import ArgumentParser
import FileSupport
import SystemPackage
import TarArchive

/// `cifar-pipe cache verify`.
struct CacheVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the archives and directories in the cache.",
    discussion: """
      An archive is read to its end: checksums, members, and whether its SHA-256 is the official one. A \
      directory is compared with its archive byte by byte, or checked by itself if there is no archive. \
      Nothing is written.
      """)

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let cache = try CacheDirectory.path()
    let entries = try CacheEntry.all(in: cache).filter { $0.kind != .unfinished }
    guard !entries.isEmpty else { throw CommandError.noData(looked: cache) }
    var wrongCount = 0
    for entry in entries {
      let path = cache.appending(entry.name)
      let hasArchive = entries.contains { $0.kind == .archive && $0.archive == entry.archive }
      let finding: String
      do {
        finding =
          entry.kind == .archive
          ? try archive(path, entry.archive) : try directory(path, entry.archive, cache, hasArchive)
      } catch {
        // These are answers; whatever else is thrown keeps the check from being one.
        guard Ending(of: error, words: []).status == .dataError else { throw error }
        wrongCount += 1
        finding = "wrong: \(error)"
      }
      try OutputStream.standard.write("\(path.escaped): \(finding)\n")
    }
    if wrongCount > 0 { throw FetchError.wrongCache(cache, count: wrongCount) }
  }

  private func archive(_ path: FilePath, _ archive: KnownArchive) throws -> String {
    let recognized = try RecognizedArchive(opening: path, as: archive.layout)
    let source = MeasuredSource(recognized.source)
    try ArchiveReader(
      source, format: recognized.format, expecting: recognized.expectedMembers, overlaps: true
    )
    .finish()
    return source.sha256 == archive.expected.sha256
      ? "right, the official archive" : "whole, but not the official archive"
  }

  private func directory(
    _ path: FilePath, _ archive: KnownArchive, _ cache: FilePath, _ hasArchive: Bool
  ) throws -> String {
    guard hasArchive else {
      _ = try DirectoryInspection(archive.layout, isOfficial: true).run(
        path, progress: ProgressLine(messages))
      return "right, by sizes, labels and known digests"
    }
    let recognized = try RecognizedArchive(opening: cache.appending(archive.fileName), as: archive.layout)
    let (_, difference) = try DirectoryComparison(path).compare(with: recognized)
    if let difference { throw FetchError.differs(path, name: difference) }
    return "right, as in the archive"
  }
}
