import CIFARFiles
import Download
import FileSupport

/// The sources of an archive as a report: their addresses, or what a short look at each has shown.
struct MirrorList {
  private let sources: [DownloadURL]
  private let archive: KnownArchive

  init(_ sources: [DownloadURL], _ archive: KnownArchive) {
    self.sources = sources
    self.archive = archive
  }

  /// Writes the addresses to standard output, one a line, in the order in which they are asked.
  func write(asJSON: Bool) throws(CommandError) {
    let text =
      asJSON
      ? object(sources.map { [("url", .string($0.shown))] })
      : sources.map { $0.shown + "\n" }.joined()
    try OutputStream.standard.write(text)
  }

  /// Looks at each source and writes a line for each when it is known.
  ///
  /// - Throws: ``FetchError/noSource(archive:)`` when none delivers, or ``CommandError``.
  func writeProbes(expected: ExpectedContent, asJSON: Bool) throws {
    let probe = MirrorProbe(transport: SystemTransport(Environment.current.networkSettings))
    var results: [ProbeResult] = []
    for source in sources {
      let result = probe.probe(source, expected: expected) { SignalTrap.shared.signal != nil }
      try SignalTrap.checkpoint()
      results.append(result)
      if !asJSON { try OutputStream.standard.write(Self.line(result) + "\n") }
    }
    if asJSON { try OutputStream.standard.write(object(results.map(Self.members))) }
    guard results.contains(where: { $0.failure == nil }) else {
      throw FetchError.noSource(archive: archive.fileName.string)
    }
  }

  private func object(_ mirrors: [[(String, JSON)]]) -> String {
    let members: [(String, JSON)] = [
      ("schema", .string("cifar-pipe/mirrors/1")), ("archive", .string(archive.fileName.string)),
      ("mirrors", .array(mirrors.map { .object($0) })),
    ]
    return JSON.object(members).text + "\n"
  }

  private static func line(_ result: ProbeResult) -> String {
    let url = escaped(result.url.utf8)
    if let failure = result.failure { return "\(url): \(failure)" }
    let size = result.byteCount.map { "\($0) bytes" } ?? "of unknown length"
    let wait = result.timeToFirstByte.map { "first byte after \(Int(($0 / .milliseconds(1)).rounded())) ms" }
    return "\(url): good, \(size), "
      + [wait, Quantity.rate(Double(result.bytesPerSecond))].compactMap { $0 }
      .joined(separator: ", ")
  }

  private static func members(_ result: ProbeResult) -> [(String, JSON)] {
    [
      ("url", .string(result.url)), ("host", .string(result.host)), ("usable", .bool(result.failure == nil)),
      ("status", result.status.map { .integer($0) } ?? .null),
      ("first_byte_s", result.timeToFirstByte.map { .number($0 / .seconds(1)) } ?? .null),
      ("bytes_per_s", .integer(result.bytesPerSecond)),
      ("bytes", result.byteCount.map { .integer($0) } ?? .null),
      ("failure", result.failure.map { .string("\($0)") } ?? .null),
    ]
  }
}
