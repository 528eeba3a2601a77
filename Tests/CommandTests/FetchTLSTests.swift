import PipeTestSupport
import Testing

/// The command over https; the rows F20 and F23 of the catalogue of faults.
@Suite(
  "Fetch over https", .enabled(if: LoopbackTLSServer.isAvailable, "the openssl program is not installed"),
  .timeLimit(.minutes(5)))
struct FetchTLSTests {
  private let place = FetchPlace()

  private func fetch(_ server: LoopbackTLSServer, isTrusted: Bool) -> CommandResult {
    var command = place.fetch(server.url("a"), "--output", "out", "--quiet")
    if isTrusted { command.environment.append("SSL_CERT_FILE=\(server.certificate)") }
    return command.runChecked()
  }

  @Test("a redirect from https to http is refused, and the other address is not asked (F20)")
  func downgrade() throws {
    let plain = LoopbackServer { request, _ in .file(ExtractSamples.archive, for: request) }
    let server = try #require(
      LoopbackTLSServer(
        in: place.scratch,
        responses: ["a": "HTTP/1.1 302 Found\r\nLocation: \(plain.url("/a"))\r\nContent-Length: 0\r\n\r\n"],
        name: "IP:127.0.0.1"))

    let result = fetch(server, isTrusted: true)

    #expect(result.status == .exited(69))
    #expect(result.errorText.contains("refuses to leave https"), "\(result.errorText)")
    #expect(result.errorText.count { $0 == "\n" } == 1)
    #expect(plain.requests.isEmpty)
    #expect(place.names == [])
  }

  @Test(
    "a certificate for another host, or one that is not trusted, is refused without another try (F23)",
    arguments: [("DNS:other.example", true), ("IP:127.0.0.1", false)])
  func badCertificate(name: String, isTrusted: Bool) throws {
    let server = try #require(LoopbackTLSServer(in: place.scratch, responses: [:], name: name))

    let result = fetch(server, isTrusted: isTrusted)

    #expect(result.status == .exited(69))
    #expect(result.errorText.contains("127.0.0.1:\(server.port) cannot be trusted"), "\(result.errorText)")
    #expect(!result.errorText.contains("tries"))
    #expect(result.errorText.count { $0 == "\n" } == 1)
    #expect(place.names == [])
  }
}
