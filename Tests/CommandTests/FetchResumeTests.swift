import PipeTestSupport
import Testing

/// Downloads that are cut and continued; the rows F02 to F13 and F38 of the catalogue of faults.
@Suite("Fetch, continued", .timeLimit(.minutes(5)))
struct FetchResumeTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  /// Where the first connection of most scripts drops: at 40 %.
  static let cut = ExtractSamples.archive.count * 2 / 5
  /// The bytes of the whole.
  static let count = ExtractSamples.archive.count

  /// What a server does with a download that is cut, and how the command must end.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The unfinished bytes of an earlier run.
    var part: [UInt8]?
    var options: [String] = []
    var exit: Int32 = 0
    var words: [String] = []
    /// Where the range of each request begins.
    let starts: [Int?]
    /// The `If-Range` of each request.
    var tags: [String?]?
    /// How many of the right bytes are kept to be continued.
    var kept: Int?
    let script: LoopbackServer.Script
  }

  static let rows: [Row] = [
    Row(testDescription: "F02 dropped", starts: [nil, cut], tags: [nil, "\"1\""]) { request, index in
      .file(Samples.archive, for: request, tag: "\"1\"", cut: index == 0 ? cut : nil)
    },
    Row(testDescription: "F03 range ignored", starts: [nil, cut]) { _, index in
      [
        .head(200, [("Content-Length", "\(count)"), ("ETag", "\"1\"")]),
        .bytes(Array(Samples.archive.prefix(index == 0 ? cut : count))),
      ]
    },
    Row(testDescription: "F04 starts elsewhere once", starts: [nil, cut, nil]) { request, index in
      index == 1
        ? [.head(206, [("Content-Range", "bytes 0-9/\(count)")]), .bytes([1, 2, 3])]
        : .file(Samples.archive, for: request, cut: index == 0 ? cut : nil)
    },
    Row(
      testDescription: "F04 starts elsewhere always", exit: 69,
      words: ["expected offset \(cut), found offset \(cut + 100)"], starts: [nil, cut, nil, cut]
    ) { request, _ in
      guard let start = request.rangeStart else { return .file(Samples.archive, for: request, cut: cut) }
      return [
        .head(206, [("Content-Range", "bytes \(start + 100)-\(count - 1)/\(count)")]),
        .bytes(Array(Samples.archive[(start + 100)...])),
      ]
    },
    Row(testDescription: "F06 range cut short", starts: [nil, cut, cut + 5000]) { request, index in
      guard index == 1, let start = request.rangeStart else {
        return .file(Samples.archive, for: request, cut: index == 0 ? cut : nil)
      }
      return [
        .head(206, [("Content-Range", "bytes \(start)-\(count - 1)/\(count)"), ("Content-Length", "5000")]),
        .bytes(Array(Samples.archive[start..<start + 5000])),
      ]
    },
    Row(testDescription: "F08 complete already", part: Samples.archive, starts: [count]) { request, _ in
      .file(Samples.archive, for: request)
    },
    Row(
      testDescription: "F08 complete already, length known", part: Samples.archive,
      options: ["--size", "\(count)"], starts: []
    ) { request, _ in .file(Samples.archive, for: request) },
    Row(testDescription: "F10 another version, right", starts: [nil, cut], tags: [nil, "\"old\""]) {
      request, index in
      index == 0
        ? .file(version(1), for: request, tag: "\"old\"", cut: cut)
        : .file(Samples.archive, for: request, tag: "\"new\"")
    },
    Row(
      testDescription: "F10 another version, wrong", exit: 65,
      words: ["changed at the source: SHA-256 differs (expected \(FetchPlace.digest)"],
      starts: [nil, cut], tags: [nil, "\"old\""]
    ) { request, index in
      index == 0
        ? .file(version(1), for: request, tag: "\"old\"", cut: cut)
        : .file(version(2), for: request, tag: "\"new\"")
    },
    Row(testDescription: "F11 weak tag", starts: [nil, nil], tags: [nil, nil]) { request, index in
      .file(Samples.archive, for: request, tag: "W/\"1\"", cut: index == 0 ? cut : nil)
    },
    Row(
      testDescription: "F13 always short", options: ["--tries", "2"], exit: 69,
      words: ["ends early (expected \(count) bytes, found \(cut)), after 2 tries"],
      starts: [nil, cut], kept: cut
    ) { _, _ in
      [.head(200, [("Content-Length", "\(count)")]), .bytes(Array(Samples.archive[..<cut]))]
    },
    Row(
      testDescription: "N02 nothing instead of the rest", exit: 65, words: ["it is empty"],
      starts: [nil, cut], kept: cut
    ) { request, index in
      index == 0 ? .file(Samples.archive, for: request, cut: cut) : [.head(200, [])]
    },
    Row(
      testDescription: "N09 416 of another size", options: ["--size", "\(count)"], starts: [nil, cut, nil]
    ) { request, index in
      request.rangeStart == nil
        ? .file(Samples.archive, for: request, cut: index == 0 ? cut : nil)
        : [.head(416, [("Content-Range", "bytes */\(count + 5)")])]
    },
    Row(
      testDescription: "N09 206 of another size", options: ["--size", "\(count)"], starts: [nil, cut, nil]
    ) { request, index in
      guard let start = request.rangeStart else {
        return .file(Samples.archive, for: request, cut: index == 0 ? cut : nil)
      }
      return [
        .head(206, [("Content-Range", "bytes \(start)-\(count + 4)/\(count + 5)")]),
        .bytes(Array(Samples.archive[start...] + [1, 2, 3, 4, 5])),
      ]
    },
    Row(
      testDescription: "N09 another file for good", options: ["--size", "\(count)"], exit: 65,
      words: ["longer than expected (expected \(count) bytes, found \(count + 5)"], starts: [nil, cut, nil],
      kept: cut
    ) { request, index in
      index == 0
        ? .file(Samples.archive, for: request, cut: cut)
        : .file(Samples.archive + [1, 2, 3, 4, 5], for: request)
    },
    Row(
      testDescription: "F38 too long", part: Samples.archive + [1, 2, 3], options: ["--size", "\(count)"],
      starts: [nil]
    ) { request, _ in .file(Samples.archive, for: request) },
  ]

  @Test("the right bytes come to their place, or none do and the reason is told", arguments: rows)
  func continued(_ row: Row) {
    let server = LoopbackServer(row.script)
    if let part = row.part { place.scratch.write(part, to: "out/\(FetchPlace.archiveName).part") }
    var command = place.fetch(server.url("/a.tar.gz"), "--output", "out", "--archive-only")
    command.arguments += row.options

    let result = command.runChecked()

    #expect(result.status == .exited(row.exit))
    for word in row.words { #expect(result.errorText.contains(word), "\(result.errorText)") }
    #expect(server.requests.map(\.rangeStart) == row.starts)
    if let tags = row.tags { #expect(server.requests.map { $0["if-range"] } == tags) }
    if row.exit == 0 {
      #expect(place.archive == Samples.archive)
      #expect(place.names == [FetchPlace.archiveName])
    } else if let kept = row.kept {
      #expect(place.part == Array(Samples.archive[..<kept]))
      #expect(place.names == ["\(FetchPlace.archiveName).part", "\(FetchPlace.archiveName).part.origin"])
    } else {
      #expect(place.names == [])
    }
  }

  /// Another file of the same length that begins like an archive, too.
  private static func version(_ number: UInt8) -> [UInt8] {
    Samples.archive.prefix(100) + Samples.archive.dropFirst(100).map { $0 ^ number }
  }
}
