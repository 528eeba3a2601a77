import Platform
import PipeTestSupport
import Testing

@testable import Download

@Suite("libcurl", .enabled(if: hasCurl, "libcurl is not installed"))
struct CurlTransportTests {
  private func get(_ url: String, _ settings: NetworkSettings = NetworkSettings()) throws -> Collector {
    let collector = Collector()
    _ = try CurlTransport(settings).perform(TransferRequest(try DownloadURL(url)), receiver: collector)
    return collector
  }

  @Test("redirects are handed on, not followed", .timeLimit(.minutes(1)))
  func redirect() throws {
    let server = LoopbackServer { _, _ in [.head(302, [("Location", "/elsewhere")])] }

    let response = try get(server.url("/a"))

    #expect(response.head?["location"] == "/elsewhere")
    #expect(server.requests.count == 1)
  }

  @Test("a proxy is asked for everything but the hosts that need none", .timeLimit(.minutes(1)))
  func proxy() throws {
    let server = LoopbackServer { _, _ in [.head(200, []), .bytes([1])] }
    let proxy = LoopbackServer { _, _ in [.head(200, []), .bytes([2])] }
    var settings = NetworkSettings()
    settings.httpProxy = proxy.url("")

    #expect(try get(server.url("/a"), settings).body == [2])
    #expect(proxy.requests.map(\.target) == [server.url("/a")])
    settings.noProxy = "localhost,127.0.0.1"
    #expect(try get(server.url("/a"), settings).body == [1])
  }

  @Test("the environment is not read", .timeLimit(.minutes(1)))
  func environment() throws {
    let server = LoopbackServer { _, _ in [.head(200, []), .bytes([1])] }
    for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
    defer { for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }

    #expect(try get(server.url("/a")).body == [1])
  }

  @Test("a proxy's password is in no message", .timeLimit(.minutes(1)))
  func proxySecret() {
    var settings = NetworkSettings()
    settings.httpProxy = "nonsense://user:secret@host:99"

    let error = #expect(throws: TransportError.self) { try get("http://127.0.0.1/a", settings) }

    #expect(error.map { "\($0)".contains("the proxy") && !"\($0)".contains("secret") } == true)
  }

  @Test(
    "what is no HTTP is a broken response", .timeLimit(.minutes(1)),
    arguments: [
      "220 mail.example ESMTP\r\n", "",
    ])
  func notHTTP(reply: String) {
    let server = LoopbackServer { _, _ in [.bytes(Array(reply.utf8))] }

    #expect(throws: TransportError.self) { try get(server.url("/a")) }
  }

  @Test("a header without end is cut off", .timeLimit(.minutes(1)))
  func endlessHeader() {
    let line = Array(("X: " + String(repeating: "a", count: 1000) + "\r\n").utf8)
    let server = LoopbackServer { _, _ in
      [.bytes(Array("HTTP/1.1 200 OK\r\n".utf8))] + [LoopbackStep](repeating: .bytes(line), count: 1000)
    }

    #expect(throws: TransportError.broken(reason: "the response's header is malformed or too long")) {
      try get(server.url("/a"))
    }
  }

  @Test("a chunked body arrives without its chunks, and a cut one is an error", .timeLimit(.minutes(1)))
  func chunked() throws {
    let head = LoopbackStep.head(200, [("Transfer-Encoding", "chunked")])
    let whole = LoopbackServer { _, _ in [head, .bytes(Array("3\r\nabc\r\n0\r\n\r\n".utf8))] }
    let cut = LoopbackServer { _, _ in [head, .bytes(Array("3\r\nabc\r\n".utf8))] }

    #expect(try get(whole.url("/a")).body == Array("abc".utf8))
    #expect(throws: TransportError.self) { try get(cut.url("/a")) }
  }

  @Test("bytes are handed on in long pieces, and without waiting for more", .timeLimit(.minutes(1)))
  func pieces() throws {
    let body = archiveBytes(1_000_000)
    let server = LoopbackServer { _, _ in [.head(200, []), .bytes(body), .stall] }
    let collector = Collector(limit: body.count)

    let end = try CurlTransport().perform(TransferRequest(DownloadURL(server.url("/a"))), receiver: collector)

    #expect(end == .stopped)
    #expect(collector.body == body)
    // libcurl's own pieces have at most 16,384 bytes.
    #expect(collector.longestPiece > 16_384)
  }

  @Test("bytes before a broken end count, and may be all that are wanted", .timeLimit(.minutes(1)))
  func broken() throws {
    let head = LoopbackStep.head(200, [("Transfer-Encoding", "chunked")])
    let server = LoopbackServer { _, _ in [head, .bytes(Array("3\r\nabc\r\n".utf8))] }
    let request = TransferRequest(try DownloadURL(server.url("/a")))
    let (all, part) = (Collector(limit: 3), Collector(limit: 4))

    #expect(try CurlTransport().perform(request, receiver: all) == .stopped)
    #expect(throws: TransportError.self) { try CurlTransport().perform(request, receiver: part) }
    #expect(part.body == Array("abc".utf8))
  }
}
