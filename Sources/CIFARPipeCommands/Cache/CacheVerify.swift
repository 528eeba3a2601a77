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

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let cache = try CacheDirectory.path()
    let entries = try CacheContents(of: cache).entries.filter { $0.kind != .unfinished }
    guard !entries.isEmpty else { throw CommandError.noData(looked: cache) }
    var checks: [Check] = []
    for entry in entries {
      let check = Check(entry: entry, finding: try finding(of: entry, in: cache))
      checks.append(check)
      let text = "\(cache.appending(entry.name).escaped): \(check.finding.text)"
      if messages.quiet {
        // The last line says only how many there are.
        if check.finding.isWrong { messages.console.error(text) }
      } else if !json {
        try OutputStream.standard.write(text + "\n")
      }
      if let detail = check.finding.detail {
        messages.console.note("\(cache.appending(entry.name).escaped): \(detail)")
      }
    }
    let wrongCount = checks.count(where: \.finding.isWrong)
    if json {
      let members: [(String, JSON)] = [
        ("schema", .string("cifar-pipe/cache-verify/1")), ("path", .string(cache.string)),
        ("verdict", .string(wrongCount == 0 ? "good" : "wrong")), ("entries", .array(checks.map(\.json))),
      ]
      try OutputStream.standard.write(JSON.object(members).text + "\n")
    }
    if wrongCount > 0 { throw FetchError.wrongCache(cache, count: wrongCount) }
  }

  /// What was found out about an entry.
  private struct Finding {
    var isWrong = false
    /// Whether an archive is the official one; `nil` for directories, and where nobody knows.
    var isOfficial: Bool?
    let text: String
    /// What only a curious user wants to know.
    var detail: String?
  }

  private struct Check {
    let entry: CacheEntry
    let finding: Finding

    var json: JSON {
      .object([
        ("name", .string(entry.name.string)), ("kind", .string(entry.kind.rawValue)),
        ("dataset", .string(entry.archive.dataset.rawValue)),
        ("variant", .string(entry.archive.variant.rawValue)),
        ("verdict", .string(finding.isWrong ? "wrong" : "good")),
        ("official", finding.isOfficial.map { .bool($0) } ?? .null), ("finding", .string(finding.text)),
      ])
    }
  }

  private func finding(of entry: CacheEntry, in cache: FilePath) throws -> Finding {
    do {
      return try check(entry, in: cache)
    } catch let error as any CausedError where error.cause == .data {
      // These are answers; whatever else is thrown keeps the check from being one.
      return Finding(isWrong: true, text: "wrong: \(error)")
    }
  }

  private func check(_ entry: CacheEntry, in cache: FilePath) throws -> Finding {
    let place = DatasetPlace(entry.archive, in: cache)
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    if entry.kind == .archive {
      let sha256 = try place.recognized(checkpoint: SignalTrap.checkpoint, progress: line.reading).check()
      let isOfficial = sha256 == entry.archive.sha256
      return Finding(
        isOfficial: isOfficial,
        text: isOfficial ? "right, the official archive" : "whole, but not the official archive",
        detail: "sha256 \(sha256)")
    }
    if try place.kinds().archive != nil {
      let summary = try place.compareDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
      return Finding(
        text: "right, as in the archive", detail: "\(summary.fileCount) files, \(summary.byteCount) bytes")
    }
    let summary = try place.auditDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
    return Finding(
      text: "right, by sizes, labels and known digests",
      detail: "\(summary.fileCount) files, \(summary.byteCount) bytes")
  }
}
