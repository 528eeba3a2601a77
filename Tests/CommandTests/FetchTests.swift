import Glibc
import PipeTestSupport
import SystemPackage
import Testing

/// The command against scripted servers on the loopback address; the rows F of the catalogue of faults.
@Suite("Fetch", .timeLimit(.minutes(5)))
struct FetchTests {
  private typealias Samples = ExtractSamples

  static let digest = ExtractSamples.sha256(ExtractSamples.archive)
  static let archiveName = "cifar-10-binary.tar.gz"
  private let scratch = ScratchDirectory("fetch")

  init() {
    mkdir(scratch.path.appending("out").string, 0o755)
  }

  private var out: FilePath { scratch.path.appending("out") }
  private var names: [String] { FileBytes.names(in: out) }

  /// The command with a home of its own and the digest of the sample archive.
  private func fetch(_ url: String, _ more: String..., digest: String? = Self.digest) -> Command {
    let expected = digest.map { ["--sha256", $0] } ?? []
    var command = Tool.command(["fetch", "--url", url] + expected + more, in: scratch.path)
    command.environment.append("HOME=\(scratch.path)/home")
    return command
  }

  private func archiveOnly(_ server: LoopbackServer, _ more: String...) -> CommandResult {
    var command = fetch(server.url("/a.tar.gz"), "--output", "out", "--archive-only")
    command.arguments += more
    return command.runChecked()
  }

  @Test("the archive comes into the cache, and batch finds it without an option")
  func intoTheCache() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }

    let result = fetch(server.url("/a.tar.gz"), "--json").runChecked()
    var batch = Tool.command(["batch", "--batch-size", "5"])
    batch.environment.append("HOME=\(scratch.path)/home")
    let batches = batch.runChecked()

    #expect(result.status == .exited(0))
    let object = try JSONValue(parsing: result.outputText)
    #expect(object["schema"] == .string("cifar-pipe/fetch/1"))
    #expect(object["outcome"] == .string("fetched"))
    #expect(object["sha256"] == .string(Self.digest))
    #expect(object["verified"] == .bool(true))
    let cache = scratch.path.appending("home/.cache/cifar-pipe")
    #expect(FileBytes.names(in: cache) == [Samples.directory, Self.archiveName])
    #expect(Samples.isComplete(cache.appending(Samples.directory)))
    #expect(batches.status == .exited(0))
    #expect(batches.outputText.hasPrefix("(5, 24, 24, 3) (5, 1)\n"))
  }

  @Test("what is in place is left alone, and a wrong one replaced with --force alone (F33, F34)")
  func inPlace() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }
    let path = scratch.write(Samples.archive, to: "out/\(Self.archiveName)")
    let before = Tool.shell("stat -c %i '\(path)'").run().outputText

    let present = archiveOnly(server)
    let after = Tool.shell("stat -c %i '\(path)'").run().outputText
    scratch.write([1, 2, 3], to: "out/\(Self.archiveName)")
    let wrong = archiveOnly(server)
    let kept = FileBytes.read(path)
    let requests = server.requests.count
    let forced = archiveOnly(server, "--force")

    #expect(present.status == .exited(0))
    #expect(present.errorText.contains("already present"))
    #expect(before == after)
    #expect(wrong.status == .exited(65))
    #expect(wrong.errorText.contains("--force"))
    #expect(kept == [1, 2, 3])
    #expect(requests == 0)
    #expect(forced.status == .exited(0))
    #expect(FileBytes.read(path) == Samples.archive)
    #expect(names == [Self.archiveName])
  }

  @Test("a directory that differs from the archive is told, and replaced with --force alone")
  func differingDirectory() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let url = server.url("/a.tar.gz")
    _ = fetch(url, "--output", "out").runChecked()
    let file = out.appending(Samples.directory).appending("test_batch.bin")
    let again = fetch(url, "--output", "out").runChecked()
    unlink(file.string)

    let differs = fetch(url, "--output", "out").runChecked()
    let forced = fetch(url, "--output", "out", "--force").runChecked()

    #expect(again.status == .exited(0))
    #expect(differs.status == .exited(65))
    #expect(differs.errorText.contains("test_batch.bin"))
    #expect(differs.errorText.contains("--force"))
    #expect(forced.status == .exited(0))
    #expect(Samples.isComplete(out.appending(Samples.directory)))
    #expect(server.requests.count == 1)
  }

  @Test("a connection that drops at 40 % is continued (F02)")
  func dropped() {
    let cut = Samples.archive.count * 2 / 5
    let server = LoopbackServer { request, index in
      .file(Samples.archive, for: request, tag: "\"1\"", cut: index == 0 ? cut : nil)
    }

    let result = archiveOnly(server)

    #expect(result.status == .exited(0))
    #expect(FileBytes.read(out.appending(Self.archiveName)) == Samples.archive)
    #expect(names == [Self.archiveName])
    #expect(server.requests.map(\.rangeStart) == [nil, cut])
    #expect(server.requests.last?["if-range"] == "\"1\"")
  }

  /// A server that does not deliver, and how the command must end.
  struct Failure: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let exit: Int32
    let words: [String]
    let requestCount: Int
    let script: LoopbackServer.Script
  }

  static let failures = [
    Failure(
      testDescription: "F12 longer than expected", exit: 65, words: ["longer than expected"], requestCount: 1
    ) {
      _, _ in [.head(200, []), .bytes(Samples.archive + [1, 2, 3])]
    },
    Failure(testDescription: "F14 page", exit: 65, words: ["not a gzip archive", "<html>"], requestCount: 1) {
      _, _ in
      let page = Array("<html><body>Please log in to read this page.</body></html>".utf8)
      return [.head(200, [("Content-Length", "\(page.count)")]), .bytes(page)]
    },
    Failure(testDescription: "F15 wrong digest", exit: 65, words: ["corrupt", digest], requestCount: 1) {
      request, _ in
      var wrong = Samples.archive
      wrong[500] ^= 1
      return .file(wrong, for: request, tag: "\"1\"")
    },
    Failure(testDescription: "F16 404", exit: 69, words: ["404", "/a.tar.gz"], requestCount: 1) { _, _ in
      [.head(404, [("Content-Length", "0")])]
    },
    Failure(testDescription: "F21 loop", exit: 69, words: ["redirects"], requestCount: 11) { _, _ in
      [.head(302, [("Location", "/a.tar.gz"), ("Content-Length", "0")])]
    },
    Failure(testDescription: "F37 coded twice", exit: 65, words: ["coding"], requestCount: 1) { _, _ in
      let coded = ArchiveBuilder.gzip(Samples.archive)
      return [
        .head(200, [("Content-Encoding", "gzip"), ("Content-Length", "\(coded.count)")]), .bytes(coded),
      ]
    },
  ]

  @Test("a source that does not deliver is told in one line, and nothing is left", arguments: failures)
  func failing(_ failure: Failure) {
    let server = LoopbackServer(failure.script)

    let result = fetch(
      server.url("/a.tar.gz"), "--output", "out", "--size", "\(Samples.archive.count)", "--quiet"
    ).runChecked()

    #expect(result.status == .exited(failure.exit))
    #expect(result.errorText.count { $0 == "\n" } == 1)
    for word in failure.words { #expect(result.errorText.contains(word), "\(result.errorText)") }
    #expect(server.requests.count <= failure.requestCount)
    #expect(result.output == [])
    #expect(names == [])
  }

  @Test("a missing directory is told before anything is asked (F30)")
  func missingDirectory() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let result = fetch(server.url("/a.tar.gz"), "--output", "nowhere").runChecked()

    #expect(result.status == .exited(73))
    #expect(server.requests.isEmpty)
    #expect(FileBytes.names(in: scratch.path) == ["out"])
  }

  @Test("a signal at half ends the run, which says how to go on, and the next run goes on (F26)")
  func signalled() {
    let half = Samples.archive.count / 2
    let server = LoopbackServer { request, index in
      index == 0
        ? [
          .head(200, [("Content-Length", "\(Samples.archive.count)"), ("ETag", "\"1\"")]),
          .bytes(Array(Samples.archive[..<half])), .stall,
        ] : .file(Samples.archive, for: request, tag: "\"1\"")
    }
    let run = fetch(server.url("/a.tar.gz"), "--output", "out", "--quiet").start()
    waitForPart(half)

    run.send(SIGINT)
    let result = run.finishChecked()
    let left = names
    let again = fetch(server.url("/a.tar.gz"), "--output", "out").runChecked()

    #expect(result.status == .signalled(SIGINT))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText.contains("stopped with \(half) of \(Samples.archive.count) bytes"))
    #expect(result.errorText.contains("the same command continues from there"))
    #expect(left == ["\(Self.archiveName).part", "\(Self.archiveName).part.origin"])
    #expect(again.status == .exited(0))
    #expect(server.requests.map(\.rangeStart) == [nil, half])
    #expect(names == [Samples.directory, Self.archiveName])
  }

  @Test("kill -9 at any of fifty points, then run again: right, and nothing left (F27)")
  func killed() {
    let plan = Locked(0)
    let server = LoopbackServer { request, _ in
      let cut = plan.withLock { $0 }
      guard cut > 0, request.rangeStart == nil else {
        return .file(Samples.archive, for: request, tag: "\"1\"")
      }
      return [
        .head(200, [("Content-Length", "\(Samples.archive.count)"), ("ETag", "\"1\"")]),
        .bytes(Array(Samples.archive[..<cut])), .stall,
      ]
    }
    for point in 1...50 {
      let cut = 48 + (Samples.archive.count - 49) * point / 51
      plan.withLock { $0 = cut }
      let run = fetch(server.url("/a.tar.gz"), "--output", "out", "--archive-only").start()
      waitForPart(cut)
      run.send(SIGKILL)
      _ = run.finish()
      #expect(!names.contains(Self.archiveName), "\(point)")
      plan.withLock { $0 = 0 }

      let again = archiveOnly(server)

      #expect(again.status == .exited(0), "\(point)")
      #expect(FileBytes.read(out.appending(Self.archiveName)) == Samples.archive, "\(point)")
      #expect(names == [Self.archiveName], "\(point)")
      unlink(out.appending(Self.archiveName).string)
    }
  }

  @Test(
    "a full disk is told with the bytes still needed, and no final name appears (F29)",
    .enabled(if: TinyDisk.isAvailable))
  func fullDisk() throws {
    let disk = try #require(TinyDisk(byteCount: 28672))
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }

    let result = fetch(server.url("/a.tar.gz"), "--output", disk.path.string).runChecked()

    #expect(result.status == .exited(74))
    #expect(result.errorText.contains("no space left on device"))
    #expect(result.errorText.contains("bytes still needed"))
    #expect(!FileBytes.names(in: disk.path).contains(Self.archiveName))
  }

  @Test("of two runs into one directory one fetches and the other waits for it (F31)")
  func twoRuns() {
    let server = LoopbackServer { request, _ in
      [
        .head(200, [("Content-Length", "\(Samples.archive.count)")]),
        .paced(Samples.archive, piece: 8192, milliseconds: 50),
      ]
    }
    let runs = (0..<2).map { _ in fetch(server.url("/a.tar.gz"), "--output", "out").start() }

    let results = runs.map { $0.finishChecked() }

    #expect(results.map(\.status) == [.exited(0), .exited(0)])
    #expect(server.requests.count == 1)
    #expect(names == [Samples.directory, Self.archiveName])
    #expect(Samples.isComplete(out.appending(Samples.directory)))
  }

  @Test("the official digest holds for any URL unless another one is named")
  func officialDigest() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let result = fetch(server.url("/a.tar.gz"), "--output", "out", digest: nil).runChecked()

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("expected 170052171"))
    #expect(names == [])
  }

  @Test("--unverified takes a good archive, and removes one that is found wrong", arguments: [false, true])
  func unverified(archiveOnly: Bool) {
    var wrong = Samples.archive
    wrong[2000] ^= 1
    let archives = [wrong, Samples.archive]
    let server = LoopbackServer { request, index in .file(archives[min(index, 1)], for: request) }
    let options = ["--unverified", "--output", "out"] + (archiveOnly ? ["--archive-only"] : [])
    func run() -> CommandResult {
      var command = fetch(server.url("/a.tar.gz"), digest: nil)
      command.arguments += options
      return command.runChecked()
    }

    let bad = run()
    let left = names
    let good = run()

    #expect(bad.status == .exited(65))
    #expect(bad.errorText.contains("checksum"))
    #expect(left == [])
    #expect(good.status == .exited(0))
    #expect(names == (archiveOnly ? [Self.archiveName] : [Samples.directory, Self.archiveName]))
  }

  @Test("a file URL needs no network, and --offline uses nothing else")
  func offline() {
    let source = scratch.write(Samples.archive, to: "source.tar.gz")
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let refused = fetch(server.url("/a.tar.gz"), "--offline", "--output", "out").runChecked()
    let file = fetch("file://\(source)", "--offline", "--output", "out").runChecked()
    let present = fetch(server.url("/a.tar.gz"), "--offline", "--output", "out").runChecked()

    #expect(refused.status == .exited(66))
    #expect(refused.errorText.contains("--offline"))
    #expect(file.status == .exited(0))
    #expect(present.status == .exited(0))
    #expect(server.requests.isEmpty)
  }

  @Test("--adopt takes over what other programs have left, once it is checked")
  func adopt() {
    _ = Tool.shell(
      "mkdir -p home/.keras/datasets/cifar-10-batches-py home/.cache/mlx.data/cifar", in: scratch.path
    )
    .run()
    func run(_ more: String...) -> CommandResult {
      var command = Tool.command(["fetch", "--adopt", "--output", "out"] + more, in: scratch.path)
      command.environment.append("HOME=\(scratch.path)/home")
      return command.runChecked()
    }

    let nothing = run()
    let wrong = run("--variant", "python")
    scratch.write(Samples.archive, to: "home/.cache/mlx.data/cifar/\(Self.archiveName)")
    let unofficial = run()
    let left = names
    let adopted = run("--sha256", Self.digest)

    #expect(nothing.status == .exited(66))
    #expect(wrong.status == .exited(65))
    #expect(wrong.errorText.contains("data_batch_1: not taken over: it is missing"))
    #expect(unofficial.status == .exited(65))
    #expect(left == [])
    #expect(adopted.status == .exited(0))
    #expect(names == [Samples.directory, Self.archiveName])
  }

  @Test("--mirrors lists the sources; --probe looks at them", arguments: [true, false])
  func mirrors(isGood: Bool) throws {
    let server = LoopbackServer { request, _ in
      isGood ? .file(Samples.archive, for: request) : [.head(404, [("Content-Length", "0")])]
    }
    let url = server.url("/a.tar.gz")

    let list = fetch(url, "--mirrors").runChecked()
    let probe = fetch(url, "--probe", "--json").runChecked()

    #expect(list.outputText == url + "\n")
    #expect(probe.status == .exited(isGood ? 0 : 69))
    #expect(try JSONValue(parsing: probe.outputText)["schema"] == .string("cifar-pipe/mirrors/1"))
    #expect(probe.outputText.contains("\"usable\": \(isGood)"))
    #expect(names == [])
  }

  @Test(
    "options that contradict each other are refused",
    arguments: [
      ["--sha256", "abc", "--url", "http://a/b"], ["--sha256", String(repeating: "0", count: 64)],
      ["--unverified"],
      ["--size", "5", "--url", "http://a/b"], ["--adopt", "--url", "http://a/b"], ["--mirrors", "--probe"],
      ["--url", "ftp://a/b"], ["--probe", "--offline"], ["--dataset", "cifar11"],
    ])
  func usage(arguments: [String]) {
    let result = Tool.command(["fetch", "--output", "out"] + arguments, in: scratch.path).runChecked()

    #expect(result.status == .exited(64))
    #expect(names == [])
  }

  /// Waits until so many bytes are stored, at most half a minute.
  private func waitForPart(_ byteCount: Int) {
    let path = out.appending(Self.archiveName + ".part").string
    let deadline = ContinuousClock.now + .seconds(30)
    var found = stat()
    while ContinuousClock.now < deadline {
      if stat(path, &found) == 0 && found.st_size >= byteCount { return }
      usleep(1000)
    }
    Issue.record("the unfinished file has \(found.st_size) bytes, not \(byteCount)")
  }
}
