import PipeTestSupport
import Testing

@testable import Download

@Suite("fetch uses several sources", .enabled(if: hasCurl, "libcurl is not installed"))
struct DownloadMirrorTests {
  @Test("a slow source is left, and the same bytes continue from the next", .timeLimit(.minutes(1)))
  func slowThenFast() throws {
    let fetch = Fetch()
    let slow = LoopbackServer { request, _ in
      [
        .head(200, [("Content-Length", "\(fetch.file.count)"), ("ETag", "\"slow\"")]),
        .paced(fetch.file, piece: 500, milliseconds: 20),
      ]
    }
    let fast = LoopbackServer { request, _ in .file(fetch.file, for: request, tag: "\"fast\"") }

    let result = try fetch.run([slow.url("/a"), fast.url("/b")]) {
      $0.limits.rateWindow = .milliseconds(400)
      $0.limits.minimumRate = 200_000
    }.get()

    #expect(fetch.isRight)
    #expect(slow.requests.count == 1)
    let start = try #require(fast.requests[0].rangeStart)
    #expect(start > 0 && start < fetch.file.count)
    #expect(fast.requests[0]["if-range"] == nil)
    #expect(result.source == fast.url("/b"))
    #expect(result.receivedByteCount == fetch.file.count)
    let left = fetch.events.contains {
      if case .leaving(slow.url("/a"), .slow(minimum: 200_000, found: _)) = $0 { true } else { false }
    }
    #expect(left)
  }

  @Test("when all sources are slow, the fastest is used to the end", .timeLimit(.minutes(1)))
  func allSlow() throws {
    let fetch = Fetch(archiveBytes(40_000))
    let paced: @Sendable (LoopbackRequest, Int) -> [LoopbackStep] = { request, piece in
      let start = request.rangeStart ?? 0
      let range = ("Content-Range", "bytes \(start)-39999/40000")
      return [
        .head(start > 0 ? 206 : 200, start > 0 ? [range] : []),
        .paced([UInt8](fetch.file[start...]), piece: piece, milliseconds: 20),
      ]
    }
    let slower = LoopbackServer { request, _ in paced(request, 200) }
    let slow = LoopbackServer { request, _ in paced(request, 1000) }

    let result = try fetch.run([slower.url("/a"), slow.url("/b")]) {
      $0.limits.rateWindow = .milliseconds(300)
      $0.limits.minimumRate = 10_000_000
    }.get()

    #expect(fetch.isRight)
    #expect(result.source == slow.url("/b"))
    #expect(slower.requests.count == 1)
    #expect(slow.requests.count == 2)
  }

  @Test(
    "a source that fails for good is left for the next one, and is not the error", .timeLimit(.minutes(1)))
  func failing() throws {
    let fetch = Fetch()
    let missing = LoopbackServer { _, _ in [.head(404, [])] }
    let page = LoopbackServer { _, _ in [.head(200, []), .bytes(Array("<html>sign in</html>".utf8))] }
    let good = LoopbackServer { request, _ in .file(fetch.file, for: request) }

    _ = try fetch.run([missing.url("/a"), page.url("/a"), good.url("/a")]).get()

    #expect(fetch.isRight)
    #expect(missing.requests.count == 1)
    #expect(page.requests.count == 1)
  }

  @Test(
    "a source that fails in passing is not waited for while another one is there", .timeLimit(.minutes(1)))
  func busy() throws {
    let fetch = Fetch()
    let busy = LoopbackServer { _, _ in [.head(503, [("Retry-After", "60")])] }
    let good = LoopbackServer { request, _ in .file(fetch.file, for: request) }

    _ = try fetch.run([busy.url("/a"), good.url("/a")]).get()

    #expect(fetch.isRight)
    #expect(fetch.clock.pauses.isEmpty)
  }

  @Test("when every source fails, each is named in one line", .timeLimit(.minutes(1)))
  func allFailing() {
    let fetch = Fetch()
    let missing = LoopbackServer { _, _ in [.head(404, [])] }
    let page = LoopbackServer { _, _ in [.head(200, []), .bytes(Array("<html>".utf8))] }

    let result = fetch.run([missing.url("/a"), page.url("/b")])

    #expect(result.cause == .data)
    #expect(
      result.text == "\(missing.url("/a")): the server answers 404 (not found); "
        + "\(page.url("/b")): not a gzip archive: it begins \"<html>\"")
  }

  @Test("a wrong prefix from one source does not spoil the next one", .timeLimit(.minutes(1)))
  func mixedSources() throws {
    let fetch = Fetch()
    let bad = LoopbackServer { request, _ in
      .file(archiveBytes(100_000, seed: 9), for: request, tag: "\"x\"", cut: 40_000)
    }
    let good = LoopbackServer { request, _ in .file(fetch.file, for: request) }

    _ = try fetch.run([bad.url("/a"), good.url("/b")]) { $0.retries.maximumTries = 1 }.get()

    #expect(good.requests.map(\.rangeStart) == [40_000, nil])
    #expect(fetch.isRight)
  }

  @Test("without a known digest nothing is continued from another source", .timeLimit(.minutes(1)))
  func unknownDigest() throws {
    let fetch = Fetch()
    let first = LoopbackServer { request, _ in .file(fetch.file, for: request, tag: "\"x\"", cut: 40_000) }
    let second = LoopbackServer { request, _ in .file(fetch.file, for: request, tag: "\"x\"") }

    let result = try fetch.run([first.url("/a"), second.url("/b")], expected: ExpectedContent()) {
      $0.retries.maximumTries = 1
    }.get()

    #expect(second.requests.map(\.rangeStart) == [nil])
    #expect(fetch.isRight)
    #expect(!result.isVerified)
  }

  @Test("an unreachable host is tried again, then reported", .timeLimit(.minutes(1)))
  func unreachable() {
    let fetch = Fetch()

    let result = fetch.run(["http://127.0.0.1:1/a"])

    #expect(result.cause == .network)
    #expect(result.text.hasPrefix("http://127.0.0.1:1/a: cannot be reached ("))
    #expect(result.text.hasSuffix("after 5 tries"))
    #expect(fetch.clock.pauses.count == 4)
    #expect(fetch.names.isEmpty)
  }

  @Test("a source that announces too long a file does not cost the bytes of another", .timeLimit(.minutes(1)))
  func announcedTooLong() throws {
    let fetch = Fetch()
    let cut = LoopbackServer { request, _ in .file(fetch.file, for: request, cut: 40_000) }
    _ = fetch.run([cut.url("/a")]) { $0.retries.maximumTries = 1 }
    #expect(fetch.storedLength == 40_000)
    let other = LoopbackServer { _, _ in
      [.head(200, [("Content-Length", "200000")]), .bytes(archiveBytes(200_000))]
    }
    let good = LoopbackServer { request, _ in .file(fetch.file, for: request) }

    _ = try fetch.run([other.url("/b"), good.url("/c")]).get()

    #expect(good.requests.map { $0["range"] } == ["bytes=40000-"])
    #expect(fetch.isRight)
  }
}
