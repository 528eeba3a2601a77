import PipeTestSupport
import Testing

@testable import Download

@Suite("mirrors are measured", .enabled(if: hasCurl, "libcurl is not installed"))
struct MirrorProbeTests {
  private let file = archiveBytes(100_000)
  private var expected: ExpectedContent { ExpectedContent(byteCount: 100_000, sha256: sha256(file)) }
  private let probe = MirrorProbe(
    transport: SystemTransport(), duration: .milliseconds(200), patience: .milliseconds(500))

  private func look(_ url: String) throws -> ProbeResult {
    probe.probe(try DownloadURL(url), expected: expected)
  }

  @Test("a good source has a status, a time, a rate and a size", .timeLimit(.minutes(1)))
  func good() throws {
    let file = file
    let server = LoopbackServer { _, _ in
      [.head(200, [("Content-Length", "\(file.count)")]), .paced(file, piece: 1000, milliseconds: 5)]
    }

    let result = try look(server.url("/a?key=secret"))

    #expect(result.url == server.url("/a?…"))
    #expect(result.status == 200)
    #expect(result.byteCount == 100_000)
    #expect((20_000...300_000).contains(result.bytesPerSecond))
    #expect(result.timeToFirstByte != nil)
    #expect(result.failure == nil)
  }

  @Test("redirects are followed by the same rules", .timeLimit(.minutes(1)))
  func redirected() throws {
    let file = file
    let server = LoopbackServer { request, _ in .file(file, for: request) }
    let first = LoopbackServer { _, _ in [.head(301, [("Location", server.url("/b"))])] }

    let result = try look(first.url("/a"))

    #expect(result.host == "127.0.0.1:\(server.port)")
    #expect(result.failure == nil)
  }

  @Test("what is wrong with a source is said", .timeLimit(.minutes(1)))
  func bad() throws {
    let missing = LoopbackServer { _, _ in [.head(404, [])] }
    let page = LoopbackServer { _, _ in [.head(200, []), .bytes(Array("<html>".utf8))] }
    let other = LoopbackServer { _, _ in [.head(200, [("Content-Length", "5")]), .bytes([1])] }
    let empty = LoopbackServer { _, _ in [.head(200, [])] }
    let silent = LoopbackServer { _, _ in [.stall] }

    #expect(try look(missing.url("/a")).failure == .status(404, retryAfter: nil))
    #expect(try look(page.url("/a")).failure == .notGzip(start: Array("<html>".utf8)))
    #expect(try look(empty.url("/a")).failure == .notGzip(start: []))
    #expect(
      try look(other.url("/a")).failure == .changed(property: "size", expected: "100000", found: "5"))
    #expect(
      try look(silent.url("/a")).failure == .silent(within: .milliseconds(500), expected: nil, found: 0))
    #expect(try look("http://127.0.0.1:1/a").status == nil)
  }
}
