import ArgumentParser
import CIFARFiles
import FileSupport
import SystemPackage

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
    let entries = try CacheContents(of: cache).entries.filter { $0.kind != .unfinished }
    guard !entries.isEmpty else { throw CommandError.noData(looked: cache) }
    var wrongCount = 0
    for entry in entries {
      let path = cache.appending(entry.name)
      let finding: String
      do {
        finding = try check(entry, in: cache)
      } catch let error as any CausedError where error.cause == .data {
        // These are answers; whatever else is thrown keeps the check from being one.
        wrongCount += 1
        finding = "wrong: \(error)"
      }
      try OutputStream.standard.write("\(path.escaped): \(finding)\n")
    }
    if wrongCount > 0 { throw FetchError.wrongCache(cache, count: wrongCount) }
  }

  private func check(_ entry: CacheEntry, in cache: FilePath) throws -> String {
    let place = DatasetPlace(entry.archive, in: cache)
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    if entry.kind == .archive {
      let sha256 = try place.recognized(checkpoint: SignalTrap.checkpoint, progress: line.reading).check()
      return sha256 == entry.archive.sha256
        ? "right, the official archive" : "whole, but not the official archive"
    }
    if try place.kinds().archive != nil {
      _ = try place.compareDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
      return "right, as in the archive"
    }
    _ = try place.auditDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
    return "right, by sizes, labels and known digests"
  }
}
