import Platform
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
      let match = try #require(
        line.prefixMatch(of: /fetching  \d+\.\d kB(?: of 46\.\d kB)? \((\d+) %\)/), "\(line)")
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

  /// Reads and writes that are small and slow, so that each command works for a second.
  private static let slowFiles = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <unistd.h>
    static size_t slow(size_t count, size_t most) {
      if (count < most) return count;
      usleep(25000);
      return most;
    }
    ssize_t read(int file, void *bytes, size_t count) {
      return ((ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read"))(file, bytes, slow(count, 65536));
    }
    ssize_t pread(int file, void *bytes, size_t count, off_t place) {
      if (count >= 65536) usleep(200000);
      return ((ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread"))(file, bytes, count, place);
    }
    ssize_t write(int file, const void *bytes, size_t count) {
      return ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(file, bytes, slow(count, 65536));
    }
    """

  @Test(
    "long work tells on a terminal how far it is, how fast, and how much longer, and leaves nothing behind",
    .enabled(if: ReplacedFunctions.areAvailable),
    arguments: [
      (["verify", "\(SampleData.directory)"], "checking"), (["verify", "\(SampleData.archive)"], "checking"),
      (["extract", "\(SampleData.archive)", "--output", "out"], "extracting"),
      (["synth", "--output", "out", "--records-per-file", "200"], "writing"),
      (["batch", "--data", "\(SampleData.archive)", "--batches", "1"], "loading"),
      (
        [
          "batch", "--data", "\(SampleData.directory)", "--min-after-dequeue", "all", "--batches", "1", "-o",
          "out",
        ],
        "reading"
      ),
    ])
  func told(words: [String], work: String) throws {
    let scratch = ScratchDirectory("progress")
    let functions = try ReplacedFunctions(Self.slowFiles)
    var command = functions.replaced(in: Tool.command(words, in: scratch.path))
    command.environment.append("TERM=xterm")
    command.terminal = PseudoTerminal(columns: 80, rows: 24)
    command.standardError = .terminal
    let run = command.start()

    let bytes = /^\w+  \d+\.\d [kM]B of \d\.\d MB \(\d+ %\)  \d+\.\d [kM]B\/s  \d+ s left$/
    let records = /^\w+  [\d,]+ of 1,000 records \(\d+ %\)  [\d.,]+ records\/s  \d+ s left$/
    #expect(
      run.waitForScreen {
        $0.rows.contains { $0.hasPrefix(work) && ($0.contains(bytes) || $0.contains(records)) }
      })
    #expect(run.finish().status == .exited(0))
    #expect(!run.screen.text.contains(work))
    #expect(run.screen.unknown == [])
    withExtendedLifetime(functions) {}
  }

  @Test("a signal takes the line away", arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) {
    let scratch = ScratchDirectory("progress")
    var command = Tool.command(
      [
        "batch", "--data", SampleData.directory.string, "--epochs", "1000000", "--preset", "raw", "--format",
        "jsonl",
      ]
        + ["--output", "out"], in: scratch.path)
    command.environment.append("TERM=xterm")
    command.terminal = PseudoTerminal(columns: 80, rows: 24)
    command.standardError = .terminal
    let run = command.start()
    #expect(
      run.waitForScreen {
        $0.text.contains(/writing  [\d,]+ of 8,000,000 batches \(0 %\)  .* batches\/s  .* left/)
      })

    run.send(number)

    #expect(run.finish().status == .signalled(number))
    #expect(run.screen.rows.allSatisfy { $0.isEmpty }, "\(run.screen.text)")
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test(
    "the line has what is known, and in a narrow terminal what matters most",
    arguments: [
      (1_000_000, 4_000_000, 2e6, 200, "fetching  1.0 MB of 4.0 MB (25 %)  2.0 MB/s  2 s left  http://a/b"),
      (3_999_999, 4_000_000, 2e6, 200, "fetching  4.0 MB of 4.0 MB (99 %)  2.0 MB/s  1 s left  http://a/b"),
      (1_000_000, nil, 2e6, 200, "fetching  1.0 MB  2.0 MB/s  http://a/b"),
      (0, 4_000_000, 0, 200, "fetching  0 B of 4.0 MB (0 %)  0 B/s  http://a/b"),
      (0, 4_000_000, nil, 200, "fetching  0 B of 4.0 MB (0 %)  http://a/b"),
      (0, 170_000_000, 1e4, 200, "fetching  0 B of 170.0 MB (0 %)  10.0 kB/s  4 h 43 min left  http://a/b"),
      (5_000_000, 4_000_000, 2e6, 200, "fetching  5.0 MB of 4.0 MB (100 %)  2.0 MB/s  http://a/b"),
      (0, 0, 0, 200, "fetching  0 B of 0 B  0 B/s  http://a/b"),
      (1_000_000, 4_000_000, 2e6, 60, "fetching  1.0 MB of 4.0 MB (25 %)  2.0 MB/s  2 s left"),
      (1_000_000, 4_000_000, 2e6, 50, "fetching  1.0 MB of 4.0 MB (25 %)  2 s left"),
      (1_000_000, 4_000_000, 2e6, 35, "fetching  1.0 MB (25 %)  2 s left"),
      (1_000_000, 4_000_000, 2e6, 12, "fetching  1."),
    ] as [(Int, Int?, Double?, Int, String)])
  func text(done: Int, total: Int?, rate: Double?, columns: Int, text: String) {
    let progress = Progress(work: "fetching", done: done, total: total, rate: rate, note: "http://a/b")

    #expect(progress.text(columns: columns) == text)
  }

  @Test("things are counted by their name")
  func things() {
    let progress = Progress(work: "writing", unit: .things("batches"), done: 1234, total: 39100, rate: 812.5)

    #expect(
      progress.text(columns: 80) == "writing  1,234 of 39,100 batches (3 %)  812.5 batches/s  47 s left")
    #expect(progress.text(columns: 40) == "writing  1,234 batches (3 %)  47 s left")
  }

  @Test("the rate is that of the last five seconds, and begins anew with the work")
  func meter() {
    var meter = ProgressMeter(start: .seconds(10))

    #expect(meter.rate(0, at: .seconds(10)) == nil)
    #expect(meter.rate(100, at: .seconds(11)) == 100)
    #expect(meter.rate(200, at: .seconds(12)) == 100)
    for second in 13...22 { _ = meter.rate(200, at: .seconds(second)) }
    #expect(meter.rate(200, at: .seconds(23)) == 0)
    #expect(meter.rate(50, at: .seconds(24)) == nil)
    #expect(meter.rate(60, at: .seconds(25)) == 10)
  }
}
