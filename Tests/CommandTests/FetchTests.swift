import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// The command against scripted servers on the loopback address; the rows F of the catalogue of faults.
@Suite("Fetch", .timeLimit(.minutes(5)))
struct FetchTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  @Test("the archive comes into the cache, and batch finds it without an option")
  func intoTheCache() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }

    let result = place.fetch(server.url("/a.tar.gz"), "--json").runChecked()
    var batch = Tool.command(["batch", "--batch-size", "5"])
    batch.environment.append("HOME=\(place.scratch.path)/home")
    let batches = batch.runChecked()

    #expect(result.status == .exited(0))
    let object = try JSONValue(parsing: result.outputText)
    #expect(object["schema"] == .string("cifar-pipe/fetch/1"))
    #expect(object["outcome"] == .string("fetched"))
    #expect(object["sha256"] == .string(FetchPlace.digest))
    #expect(object["verified"] == .bool(true))
    let cache = place.scratch.path.appending("home/.cache/cifar-pipe")
    #expect(FileBytes.names(in: cache) == [Samples.directory, FetchPlace.archiveName])
    #expect(Samples.isComplete(cache.appending(Samples.directory)))
    #expect(batches.status == .exited(0))
    #expect(batches.outputText.hasPrefix("(5, 24, 24, 3) (5, 1)\n"))
  }

  @Test("what is in place is left alone, and a wrong one replaced with --force alone (F33, F34)")
  func inPlace() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }
    let path = place.scratch.write(Samples.archive, to: "out/\(FetchPlace.archiveName)")
    let before = Tool.shell("stat -c %i '\(path)'").run().outputText

    let present = place.archiveOnly(server)
    let after = Tool.shell("stat -c %i '\(path)'").run().outputText
    place.scratch.write([1, 2, 3], to: "out/\(FetchPlace.archiveName)")
    let wrong = place.archiveOnly(server)
    let kept = FileBytes.read(path)
    let requests = server.requests.count
    let forced = place.archiveOnly(server, "--force")

    #expect(present.status == .exited(0))
    #expect(present.errorText.contains("already present"))
    #expect(before == after)
    #expect(wrong.status == .exited(65))
    #expect(wrong.errorText.contains("--force"))
    #expect(kept == [1, 2, 3])
    #expect(requests == 0)
    #expect(forced.status == .exited(0))
    #expect(FileBytes.read(path) == Samples.archive)
    #expect(place.names == [FetchPlace.archiveName])
  }

  @Test("what a killed run has left is cleared where the right archive is in place (F43)")
  func leftovers() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    for suffix in ["", ".part", ".part.origin"] {
      place.scratch.write(Samples.archive, to: "out/\(FetchPlace.archiveName)\(suffix)")
    }
    place.scratch.write(Array("1\n".utf8), to: "out/.cifar-pipe.lock")

    let result = place.archiveOnly(server)
    place.scratch.write(Array("1\n".utf8), to: "out/.cifar-pipe.lock")
    let again = place.archiveOnly(server)

    #expect([result.status, again.status] == [.exited(0), .exited(0)])
    #expect(server.requests.isEmpty)
    #expect(place.names == [FetchPlace.archiveName])
  }

  @Test("a directory that differs from the archive is told, and replaced with --force alone")
  func differingDirectory() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let url = server.url("/a.tar.gz")
    _ = place.fetch(url, "--output", "out").runChecked()
    let file = place.out.appending(Samples.directory).appending("test_batch.bin")
    let again = place.fetch(url, "--output", "out").runChecked()
    unlink(file.string)

    let differs = place.fetch(url, "--output", "out").runChecked()
    let forced = place.fetch(url, "--output", "out", "--force").runChecked()

    #expect(again.status == .exited(0))
    #expect(differs.status == .exited(65))
    #expect(differs.errorText.contains("test_batch.bin"))
    #expect(differs.errorText.contains("--force"))
    #expect(forced.status == .exited(0))
    #expect(Samples.isComplete(place.out.appending(Samples.directory)))
    #expect(server.requests.count == 1)
  }

  @Test("a missing directory is told before anything is asked (F30)")
  func missingDirectory() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let result = place.fetch(server.url("/a.tar.gz"), "--output", "nowhere").runChecked()

    #expect(result.status == .exited(73))
    #expect(server.requests.isEmpty)
    #expect(FileBytes.names(in: place.scratch.path) == ["out"])
  }

  @Test(
    "a full disk is told with the bytes still needed, and no final name appears (F29)",
    .enabled(if: SmallDisk.isAvailable))
  func fullDisk() throws {
    let disk = try #require(SmallDisk(byteCount: 28672))
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }

    let result = place.fetch(server.url("/a.tar.gz"), "--output", disk.path.string).runChecked()

    #expect(result.status == .exited(74))
    #expect(result.errorText.contains("no space left on device"))
    #expect(result.errorText.contains("bytes still needed"))
    #expect(!FileBytes.names(in: disk.path).contains(FetchPlace.archiveName))
  }

  @Test(
    "a disk without any space is one that is full, and no place that is refused (N06)",
    .enabled(if: SmallDisk.isAvailable), arguments: [nil, 2])
  func noSpaceAtAll(entryCount: Int?) throws {
    let disk = try #require(SmallDisk(byteCount: 65536, entryCount: entryCount))
    disk.fill("mine")
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request, tag: "\"1\"") }

    let result = place.fetch(server.url("/a.tar.gz"), "--output", disk.path.string).runChecked()

    #expect(result.status == .exited(74))
    #expect(result.errorText.contains("no space left on device"))
    #expect(FileBytes.names(in: disk.path) == ["mine"])
  }

  @Test(
    "a link in the place of the unfinished file is told, and neither followed nor removed (N17)",
    arguments: [".part", ".part.origin"])
  func linkInPlace(suffix: String) {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let target = place.scratch.write([1, 2, 3], to: "target")
    let link = FetchPlace.archiveName + suffix
    symlink(target.string, place.out.appending(link).string)

    let result = place.archiveOnly(server)

    #expect(result.status == .exited(73))
    #expect(
      result.errorText.contains("\(link): is in the way and is not replaced (a symbolic link); move it"))
    #expect(server.requests.isEmpty)
    #expect(place.names == [link])
    #expect(FileBytes.read(target) == [1, 2, 3])
  }

  @Test("an unfinished file longer than any archive is dropped (N14a)")
  func hugeLeftover() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let part = place.scratch.write([1], to: "out/\(FetchPlace.archiveName).part")
    truncate(part.string, (4 << 30) + 1)

    let result = place.archiveOnly(server)

    #expect(result.status == .exited(0))
    #expect(place.archive == Samples.archive)
    #expect(place.names == [FetchPlace.archiveName])
  }

  @Test("of two runs into one directory one fetches and the other waits for it (F31)")
  func twoRuns() {
    let server = LoopbackServer { request, _ in
      [
        .head(200, [("Content-Length", "\(Samples.archive.count)")]),
        .paced(Samples.archive, piece: 8192, milliseconds: 50),
      ]
    }
    let runs = (0..<2).map { _ in place.fetch(server.url("/a.tar.gz"), "--output", "out").start() }

    let results = runs.map { $0.finishChecked() }

    #expect(results.map(\.status) == [.exited(0), .exited(0)])
    #expect(server.requests.count == 1)
    #expect(place.names == [Samples.directory, FetchPlace.archiveName])
    #expect(Samples.isComplete(place.out.appending(Samples.directory)))
  }

  @Test("the official digest holds for any URL unless another one is named")
  func officialDigest() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let result = place.fetch(server.url("/a.tar.gz"), "--output", "out", digest: nil).runChecked()

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("expected 170052171"))
    #expect(place.names == [])
  }

  @Test("--unverified takes a good archive, and removes one that is found wrong", arguments: [false, true])
  func unverified(archiveOnly: Bool) {
    var wrong = Samples.archive
    wrong[2000] ^= 1
    let archives = [wrong, Samples.archive]
    let server = LoopbackServer { request, index in .file(archives[min(index, 1)], for: request) }
    let options = ["--unverified", "--output", "out"] + (archiveOnly ? ["--archive-only"] : [])
    func run() -> CommandResult {
      var command = place.fetch(server.url("/a.tar.gz"), digest: nil)
      command.arguments += options
      return command.runChecked()
    }

    let bad = run()
    let left = place.names
    let good = run()

    #expect(bad.status == .exited(65))
    #expect(bad.errorText.contains("checksum"))
    #expect(left == [])
    #expect(good.status == .exited(0))
    #expect(
      place.names == (archiveOnly ? [FetchPlace.archiveName] : [Samples.directory, FetchPlace.archiveName]))
  }

  @Test("an archive in place is taken without a digest if it is good, and else needs --force (N04)")
  func unverifiedInPlace() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    var wrong = Samples.archive
    wrong[2000] ^= 1
    func run(_ more: String...) -> CommandResult {
      var command = place.fetch(server.url("/a.tar.gz"), "--unverified", "--output", "out", digest: nil)
      command.arguments += more
      return command.runChecked()
    }

    // What a run leaves that is killed while it unpacks.
    place.scratch.write(Samples.archive, to: "out/\(FetchPlace.archiveName)")
    let good = run()
    let isComplete = Samples.isComplete(place.out.appending(Samples.directory))
    place.scratch.write(wrong, to: "out/\(FetchPlace.archiveName)")
    let bad = run()
    let kept = place.archive
    let requestCount = server.requests.count
    let forced = run("--force")

    #expect(good.status == .exited(0))
    #expect(good.errorText.contains("already present"))
    #expect(good.errorText.contains("not compared"))
    #expect(isComplete)
    #expect(bad.status == .exited(65))
    #expect(bad.errorText.contains("exists and is not the expected file: not a good archive: "))
    #expect(bad.errorText.contains("--force"))
    #expect(kept == wrong)
    #expect(requestCount == 0)
    #expect(forced.status == .exited(0))
    #expect(place.archive == Samples.archive)
  }

  @Test("bytes of a URL that are no UTF-8 are opened as given and shown escaped (N20b)")
  func oddURL() {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    place.scratch.write(Samples.archive, to: "source")
    let url = server.url("/a")
    let script = """
      mv source "$(printf 'caf\\351')" && cd out &&
      cifar-pipe fetch --unverified --archive-only -o . --url "$(printf 'file://%s/caf\\351' "$(dirname "$PWD")")" && rm *.gz &&
      cifar-pipe fetch --unverified --archive-only -o . --url "$(printf '\(url)caf\\351')" &&
      cifar-pipe fetch --mirrors --url "$(printf '\(url)caf\\351')"
      """

    let result = Tool.shell(script, in: place.scratch.path).runChecked()

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(result.outputText == "\(url)caf%E9\n")
    #expect(result.errorText.contains("\(place.scratch.path)/caf%E9\n"))
    #expect(server.requests.map(\.target) == ["/acaf%E9"])
    #expect(place.archive == Samples.archive)
  }

  @Test("--verbose tells the heads of requests and responses, without what lets somebody in")
  func heads() {
    let server = LoopbackServer { request, _ in
      guard request.target.hasPrefix("/a") else { return .file(Samples.archive, for: request) }
      return [
        .head(302, [("Location", "/b?key=secret"), ("Set-Cookie", "id=secret"), ("Content-Length", "0")])
      ]
    }
    let url = server.url("/a.tar.gz?key=secret").replacing("http://", with: "http://me:secret@")

    let plain = place.fetch(url, "--output", "out", "--archive-only").runChecked()
    let verbose = place.fetch(url, "--output", "out", "--archive-only", "--verbose", "--force").runChecked()
    unlink(place.out.appending(FetchPlace.archiveName).string)
    let first = place.fetch(url, "--output", "out", "--archive-only", "-v").runChecked()

    #expect([plain.status, verbose.status, first.status] == [.exited(0), .exited(0), .exited(0)])
    #expect(!plain.errorText.contains("HTTP/1.1"))
    // What is in place is not asked for.
    #expect(!verbose.errorText.contains("HTTP/1.1"))
    for line in [
      "> GET /a.tar.gz?… HTTP/1.1", "> Authorization: …", "> User-Agent: cifar-pipe/", "< HTTP/1.1 302",
      "< Location: /b?…", "< Set-Cookie: …", "> GET /b?… HTTP/1.1", "< HTTP/1.1 200",
      "< Content-Length: \(Samples.archive.count)",
    ] {
      #expect(first.errorText.contains("\ncifar-pipe: \(line)"), "\(line)")
    }
    #expect(!first.errorText.contains("secret"))
  }

  @Test("--limit-rate takes its time, and is no silence")
  func limitRate() {
    let archive = FileBytes.read(SampleData.archive)!
    let server = LoopbackServer { request, _ in .file(archive, for: request) }
    let rate = archive.count / 2

    let result = place.fetch(
      server.url("/a.tar.gz"), "--output", "out", "--archive-only", "--limit-rate", "\(rate)",
      digest: Samples.sha256(archive)
    ).runChecked()

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(place.archive == archive)
    #expect(result.duration > .milliseconds(500), "of two seconds at \(rate) bytes a second")
    #expect(server.requests.count == 1)
  }

  @Test(
    "a rate is bytes a second, with the units of curl",
    arguments: [
      ("1", 1), ("500k", 512_000), ("2M", 2_097_152), ("1g", 1 << 30), ("1024G", 1 << 40), ("0", nil),
      ("-1", nil),
      ("1025G", nil), ("5x", nil), ("k", nil), ("", nil), ("1.5M", nil), ("99999999999999999999", nil),
      ("9223372036854775807G", nil),
    ])
  func rate(word: String, bytes: Int?) {
    #expect((try? ByteRate.parser(word)) == bytes)
  }

  @Test("a file URL needs no network, and --offline uses nothing else")
  func offline() {
    let source = place.scratch.write(Samples.archive, to: "source.tar.gz")
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    let refused = place.fetch(server.url("/a.tar.gz"), "--offline", "--output", "out").runChecked()
    let file = place.fetch("file://\(source)", "--offline", "--output", "out").runChecked()
    let present = place.fetch(server.url("/a.tar.gz"), "--offline", "--output", "out").runChecked()

    #expect(refused.status == .exited(66))
    #expect(refused.errorText.contains("--offline"))
    #expect(file.status == .exited(0))
    #expect(present.status == .exited(0))
    #expect(server.requests.isEmpty)
  }

  @Test("--mirrors lists the sources; --probe looks at them", arguments: [true, false])
  func mirrors(isGood: Bool) throws {
    let server = LoopbackServer { request, _ in
      isGood ? .file(Samples.archive, for: request) : [.head(404, [("Content-Length", "0")])]
    }
    let url = server.url("/a.tar.gz")

    let list = place.fetch(url, "--mirrors").runChecked()
    let probe = place.fetch(url, "--probe", "--json").runChecked()

    #expect(list.outputText == url + "\n")
    #expect(probe.status == .exited(isGood ? 0 : 69))
    #expect(try JSONValue(parsing: probe.outputText)["schema"] == .string("cifar-pipe/mirrors/1"))
    #expect(probe.outputText.contains("\"usable\": \(isGood)"))
    #expect(place.names == [])
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
    let result = Tool.command(["fetch", "--output", "out"] + arguments, in: place.scratch.path).runChecked()

    #expect(result.status == .exited(64))
    #expect(place.names == [])
  }
}
