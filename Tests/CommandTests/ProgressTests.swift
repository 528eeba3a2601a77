import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands
@testable import Download

/// The line at the bottom of a terminal, by the bytes that the terminal gets.
@Suite("Progress", .timeLimit(.minutes(2)))
struct ProgressTests {
  private typealias Samples = ExtractSamples

  /// Fetches from a server that takes a second, with standard error on a terminal of this width.
  ///
  /// - Returns: What the terminal gets, cut at each return to its first column.
  private func pieces(term: String, columns: Int, quiet: Bool = false) -> [Substring] {
    let place = FetchPlace()
    let server = LoopbackServer { _, _ in
      [
        .head(200, [("Content-Length", "\(Samples.archive.count)")]),
        .paced(Samples.archive, piece: Samples.archive.count / 6, milliseconds: 150),
      ]
    }
    var command = place.fetch(
      server.url("/a.tar.gz"), "--output", "out", "--size", "\(Samples.archive.count)")
    if quiet { command.arguments.append("--quiet") }
    command.environment.append("TERM=\(term)")
    command.terminal = PseudoTerminal(columns: columns)
    command.standardError = .terminal
    let run = command.start()
    #expect(run.finish().status == .exited(0))
    #expect(Samples.isComplete(place.out.appending(Samples.directory)))
    return run.terminalText.unicodeScalars.split(separator: "\r", omittingEmptySubsequences: false)
      .map { Substring($0) }
  }

  @Test("bytes, rate, time left and source are in one line, which is taken away", arguments: [200, 40])
  func shown(columns: Int) throws {
    let pieces = pieces(term: "xterm", columns: columns)
    let lines = pieces.filter { $0.hasSuffix("\u{1b}[K") && $0.count > 3 }.map { $0.dropLast(3) }

    #expect(lines.count >= 3)
    for line in lines {
      #expect(line.count < columns)
      let match = try #require(line.prefixMatch(of: /\d+\.\d kB of 46\.\d kB \((\d+) %\)  \d/), "\(line)")
      #expect((1...100).contains(Int(match.1) ?? 0))
    }
    if columns == 200 {
      #expect(lines.allSatisfy { $0.contains(/kB\/s  \d+ s left  http:\/\/127\.0\.0\.1:\d+\/a\.tar\.gz$/) })
      #expect(!lines.contains { $0.contains(" 0 s left") })
    }
    #expect(pieces.last == "\n")
    for piece in pieces where piece.contains("cifar-pipe: ") {
      #expect(Self.isMessage(piece, after: ["\n", "\u{1b}[K", ""]), "\(piece)")
    }
  }

  /// Whether a piece is a message in a line of its own: a new one, or one that was cleared.
  private static func isMessage(_ piece: Substring, after beginnings: [String]) -> Bool {
    beginnings.contains { piece.hasPrefix($0 + "cifar-pipe: ") }
  }

  @Test("a terminal that cannot overwrite gets messages alone, and with --quiet nothing comes")
  func plain() {
    let dumb = pieces(term: "dumb", columns: 80)

    #expect(!dumb.contains { $0.contains("\u{1b}") })
    #expect(dumb.count == 4)
    #expect(dumb.dropLast().allSatisfy { Self.isMessage($0, after: ["\n", ""]) })
    #expect(pieces(term: "xterm", columns: 80, quiet: true).contains { $0.contains("cifar-pipe") } == false)
  }

  @Test("the line tells what is known, the time left rounded up")
  func text() {
    func line(_ byteCount: Int, _ total: Int?, _ rate: Int) -> String {
      FetchReporter.text(
        DownloadProgress(url: "http://a/b", byteCount: byteCount, total: total, bytesPerSecond: rate))
    }

    #expect(
      line(1_000_000, 4_000_000, 2_000_000) == "1.0 MB of 4.0 MB (25 %)  2.0 MB/s  2 s left  http://a/b")
    #expect(line(3_999_999, 4_000_000, 2_000_000).contains("  1 s left  "))
    #expect(line(1_000_000, nil, 2_000_000) == "1.0 MB  2.0 MB/s  http://a/b")
    #expect(line(0, 4_000_000, 0) == "0 B of 4.0 MB (0 %)  0 B/s  http://a/b")
    #expect(line(0, 170_000_000, 10_000).contains("  4 h 43 min left  "))
  }
}
