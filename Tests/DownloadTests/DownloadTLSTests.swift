import PipeTestSupport
import Testing

@testable import Download

@Suite(
  "fetch over https",
  .enabled(if: hasCurl && LoopbackTLSServer.isAvailable, "libcurl or the openssl program is not installed"))
struct DownloadTLSTests {
  private let fetch = Fetch()
  private let scratch = ScratchDirectory("tls")

  private func settings(trusting server: LoopbackTLSServer) -> NetworkSettings {
    var settings = NetworkSettings()
    settings.certificateFile = server.certificate.string
    return settings
  }

  @Test("a server with a trusted certificate is read", .timeLimit(.minutes(1)))
  func trusted() throws {
    let text = String(repeating: "x", count: 1000)
    let server = try #require(
      LoopbackTLSServer(
        in: scratch, responses: ["a": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + text],
        name: "IP:127.0.0.1"))
    let expected = ExpectedContent(byteCount: 1000, sha256: sha256(Array(text.utf8)), isGzip: false)

    let result = fetch.run([server.url("a")], expected: expected, settings: settings(trusting: server))

    #expect(result.text == "OK")
  }

  @Test(
    "F20: a redirect from https to http is refused, and the other address is not asked",
    .timeLimit(.minutes(1)))
  func downgrade() throws {
    let plain = LoopbackServer { request, _ in .file(fetch.file, for: request) }
    let server = try #require(
      LoopbackTLSServer(
        in: scratch,
        responses: ["a": "HTTP/1.1 302 Found\r\nLocation: \(plain.url("/a"))\r\nContent-Length: 0\r\n\r\n"],
        name: "IP:127.0.0.1"))

    let result = fetch.run([server.url("a")], settings: settings(trusting: server))

    #expect(result.cause == .network)
    #expect(result.text.contains("refuses to leave https (redirected to \(plain.url("/a")))"))
    #expect(plain.requests.isEmpty)
    #expect(fetch.names.isEmpty)
  }

  @Test(
    "F23: a certificate for another host, or one that is not trusted, is refused without another try",
    .timeLimit(.minutes(1)), arguments: [("DNS:other.example", true), ("IP:127.0.0.1", false)])
  func badCertificate(name: String, isTrusted: Bool) throws {
    let server = try #require(LoopbackTLSServer(in: scratch, responses: [:], name: name))

    let result = fetch.run(
      [server.url("a")], settings: isTrusted ? settings(trusting: server) : NetworkSettings())

    #expect(result.cause == .network)
    #expect(result.text.contains("127.0.0.1:\(server.port) cannot be trusted ("))
    #expect(fetch.events.count == 2)
    #expect(fetch.clock.pauses.isEmpty)
    #expect(fetch.names.isEmpty)
  }
}
