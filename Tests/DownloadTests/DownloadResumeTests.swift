import PipeTestSupport
import Testing

@testable import Download

/// Downloads that are cut and continued, each against a real server on loopback.
@Suite("fetch continues what was cut", .enabled(if: hasCurl, "libcurl is not installed"))
struct DownloadResumeTests {
  @Test("F02: a connection cut at 40 % is continued with Range and If-Range", .timeLimit(.minutes(1)))
  func cut() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      .file(fetch.file, for: request, tag: "\"v1\"", cut: index == 0 ? 40_000 : nil)
    }

    let result = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map { $0["range"] } == [nil, "bytes=40000-"])
    #expect(server.requests[1]["if-range"] == "\"v1\"")
    #expect(fetch.isRight)
    #expect(fetch.names == [fetch.name])
    #expect(result.receivedByteCount == fetch.file.count)
  }

  @Test("F03: a range request answered with 200 restarts from zero", .timeLimit(.minutes(1)))
  func ignoredRange() throws {
    let fetch = Fetch()
    let server = LoopbackServer { _, index in
      [
        .head(200, [("Content-Length", "\(fetch.file.count)"), ("ETag", "\"v1\"")]),
        .bytes([UInt8](fetch.file.prefix(index == 0 ? 40_000 : fetch.file.count))),
      ]
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests[1].rangeStart == 40_000)
    #expect(server.requests.count == 2)
    #expect(fetch.isRight)
  }

  @Test(
    "F04: a 206 that starts elsewhere restarts once, and is told with both offsets if it repeats",
    .timeLimit(.minutes(1)))
  func wrongOffset() {
    let fetch = Fetch()
    let count = fetch.file.count
    let server = LoopbackServer { request, _ in
      guard let start = request.rangeStart else {
        return .file(fetch.file, for: request, cut: 40_000)
      }
      return [
        .head(206, [("Content-Range", "bytes \(start + 100)-\(count - 1)/\(count)")]),
        .bytes([UInt8](fetch.file[(start + 100)...])),
      ]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .network)
    #expect(result.text.contains("expected offset 40000, found offset 40100"))
    #expect(server.requests.map(\.rangeStart) == [nil, 40_000, nil, 40_000])
    #expect(!fetch.isPresent)
    #expect(fetch.file.starts(with: fetch.bytes("archive.tar.gz.part") ?? []))
  }

  @Test("F04: a 206 that starts elsewhere once does no harm", .timeLimit(.minutes(1)))
  func wrongOffsetOnce() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      index == 1
        ? [.head(206, [("Content-Range", "bytes 0-9/\(fetch.file.count)")]), .bytes([1, 2, 3])]
        : .file(fetch.file, for: request, cut: index == 0 ? 40_000 : nil)
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map(\.rangeStart) == [nil, 40_000, nil])
    #expect(fetch.isRight)
  }

  @Test("F06: a 206 that ends before its announced end is continued", .timeLimit(.minutes(1)))
  func shortRange() throws {
    let fetch = Fetch()
    let count = fetch.file.count
    let server = LoopbackServer { request, index in
      guard index == 1, let start = request.rangeStart else {
        return .file(fetch.file, for: request, cut: index == 0 ? 40_000 : nil)
      }
      return [
        .head(206, [("Content-Range", "bytes \(start)-\(count - 1)/\(count)"), ("Content-Length", "5000")]),
        .bytes([UInt8](fetch.file[start..<start + 5000])),
      ]
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map(\.rangeStart) == [nil, 40_000, 45_000])
    #expect(fetch.isRight)
  }

  @Test(
    "F08: a complete partial file and a 416 lead to success without another byte", .timeLimit(.minutes(1)))
  func alreadyComplete() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in .file(fetch.file, for: request, tag: "\"v1\"") }
    let url = server.url("/a")
    fetch.scratch.write(fetch.file, to: "archive.tar.gz.part")
    let record = PartialRecord(url: url, tag: EntityTag("\"v1\""), total: nil)
    fetch.scratch.write(Array(record.text.utf8), to: "archive.tar.gz.part.origin")

    let result = try fetch.run([url], expected: ExpectedContent()).get()

    #expect(server.requests.map(\.rangeStart) == [fetch.file.count])
    #expect(result.receivedByteCount == 0)
    #expect(fetch.isRight)
    #expect(fetch.names == [fetch.name])
  }

  @Test(
    "F08: with a known length and digest, a complete partial file needs no request", .timeLimit(.minutes(1)))
  func alreadyCompleteAndKnown() throws {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in [] }
    fetch.scratch.write(fetch.file, to: "archive.tar.gz.part")

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.isEmpty)
    #expect(fetch.names == [fetch.name])
  }

  @Test(
    "F10: another version on resume is taken whole, and judged by its digest",
    .timeLimit(.minutes(1)), arguments: [true, false])
  func changedTag(isRight: Bool) throws {
    let fetch = Fetch()
    let other = archiveBytes(fetch.file.count, seed: 7)
    let server = LoopbackServer { request, index in
      index == 0
        ? .file(other, for: request, tag: "\"old\"", cut: 40_000)
        : .file(isRight ? fetch.file : archiveBytes(100_000, seed: 8), for: request, tag: "\"new\"")
    }

    let result = fetch.run([server.url("/a")])

    #expect(server.requests[1]["if-range"] == "\"old\"")
    if isRight {
      #expect(fetch.isRight)
    } else {
      #expect(result.cause == .data)
      #expect(result.text.contains("changed at the source: SHA-256 differs (expected"))
      #expect(fetch.names.isEmpty)
    }
  }

  @Test("F11: a weak tag is never sent back, and the whole file is asked for", .timeLimit(.minutes(1)))
  func weakTag() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      .file(fetch.file, for: request, tag: "W/\"v1\"", cut: index == 0 ? 40_000 : nil)
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map { $0["if-range"] } == [nil, nil])
    #expect(server.requests.map { $0["range"] } == [nil, nil])
    #expect(fetch.isRight)
  }

  @Test("redirects keep the range and the origin", .timeLimit(.minutes(1)))
  func redirectedRange() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      request.target == "/a"
        ? [.head(301, [("Location", "/moved?key=secret")])]
        : .file(fetch.file, for: request, tag: "\"v1\"", cut: index == 1 ? 40_000 : nil)
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map(\.target) == ["/a", "/moved?key=secret", "/a", "/moved?key=secret"])
    #expect(server.requests[3].rangeStart == 40_000)
    #expect(fetch.isRight)
  }

  @Test("F26: a stop at half leaves a part that the next run continues", .timeLimit(.minutes(1)))
  func stopped() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      let cut = index == 0 ? 50_000 : nil
      return .file(fetch.file, for: request, tag: "\"v1\"", cut: cut) + (index == 0 ? [.stall] : [])
    }
    let clock = SystemClock()
    let start = clock.now

    let first = fetch.run([server.url("/a")], isStopped: { fetch.storedLength >= 50_000 })

    #expect(clock.now - start < .seconds(2))
    #expect(first.cause == .stopped)
    #expect(first.text.contains("stopped with "))
    #expect(first.text.hasSuffix("the same command continues from there"))
    #expect(fetch.names == ["archive.tar.gz.part", "archive.tar.gz.part.origin"])

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests[1].rangeStart == 50_000)
    #expect(server.requests[1]["if-range"] == "\"v1\"")
    #expect(fetch.isRight)
    #expect(fetch.names == [fetch.name])
  }

  @Test("F38: a partial file longer than the whole is dropped", .timeLimit(.minutes(1)))
  func partTooLong() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in .file(fetch.file, for: request) }
    fetch.scratch.write(fetch.file + [1, 2, 3], to: "archive.tar.gz.part")

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map(\.rangeStart) == [nil])
    #expect(fetch.isRight)
    #expect(fetch.names == [fetch.name])
  }

  @Test("a login page in place of the rest does not cost the bytes that are there", .timeLimit(.minutes(1)))
  func loginPageOnResume() {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      index == 0
        ? .file(fetch.file, for: request, cut: 40_000)
        : [.head(200, []), .bytes(Array("<html>".utf8) + [UInt8](repeating: 0x20, count: 500))]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .data)
    #expect(fetch.storedLength == 40_000)
  }

  @Test("a broken prefix from an earlier run costs one restart, not the download", .timeLimit(.minutes(1)))
  func brokenPrefix() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in .file(fetch.file, for: request) }
    fetch.scratch.write([UInt8](repeating: 0, count: 1000), to: "archive.tar.gz.part")

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.map(\.rangeStart) == [1000, nil])
    #expect(fetch.isRight)
  }

  @Test("a left-over longer than any file of unknown length may be is dropped", .timeLimit(.minutes(1)))
  func tooLongLeftover() throws {
    let fetch = Fetch()
    fetch.scratch.write(fetch.file + archiveBytes(50_000), to: "\(fetch.name).part")
    let server = LoopbackServer { request, _ in
      guard let start = request.rangeStart else { return .file(fetch.file, for: request) }
      return [
        .head(206, [("Content-Range", "bytes \(start)-\(start + 9)/*")]),
        .bytes([UInt8](repeating: 0, count: 10)),
      ]
    }

    _ = try fetch.run(
      [server.url("/a")], expected: ExpectedContent(sha256: sha256(fetch.file)),
      change: { $0.limits.unknownLength = 120_000 }
    ).get()

    #expect(server.requests.map { $0["range"] } == [nil])
    #expect(fetch.isRight)
  }
}
