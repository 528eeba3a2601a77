import PipeTestSupport
import Testing

@testable import Download

/// The rows of the catalogue of faults that a server can cause, each against a real server on loopback.
@Suite("fetch survives what servers do", .enabled(if: hasCurl, "libcurl is not installed"))
struct DownloadFaultTests {
  @Test("F01: a plain 200 leaves the archive under its final name only", .timeLimit(.minutes(1)))
  func plain() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in .file(fetch.file, for: request) }

    let result = try fetch.run([server.url("/archive.tar.gz")]).get()

    #expect(result.outcome == .fetched)
    #expect(result.digests.sha256 == sha256(fetch.file))
    #expect(result.isVerified)
    #expect(fetch.names == [fetch.name])
    #expect(fetch.isRight)
    #expect(server.requests.map(\.method) == ["GET"])
    #expect(server.requests[0]["accept-encoding"] == "identity")
    #expect(server.requests[0]["range"] == nil)
  }

  @Test(
    "F12: a body longer than the file is refused, however it is announced", .timeLimit(.minutes(1)),
    arguments: [["Content-Length": "100500"], [:], ["Content-Length": "100000"]])
  func tooLong(fields: [String: String]) {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in
      [.head(200, fields.map { ($0.key, $0.value) }), .bytes(fetch.file + [UInt8](repeating: 1, count: 500))]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .data)
    #expect(result.text.contains("longer than expected (expected 100000 bytes"))
    #expect(server.requests.count == 1)
    #expect(!fetch.isPresent)
    #expect(fetch.names.isEmpty)
  }

  @Test(
    "F13: a body that is always short ends with the bytes, the tries, and a part to continue",
    .timeLimit(.minutes(1)))
  func alwaysShort() {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in
      [.head(200, [("Content-Length", "\(fetch.file.count)")]), .bytes([UInt8](fetch.file.prefix(30_000)))]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .network)
    #expect(result.text.contains("short: ends early (expected 100000 bytes, found 30000), after 5 tries"))
    #expect(server.requests.count == 5)
    #expect(fetch.names == ["archive.tar.gz.part", "archive.tar.gz.part.origin"])
    #expect(fetch.storedLength == 30_000)
  }

  @Test(
    "F14: a login page is no gzip archive, and the message shows how it begins", .timeLimit(.minutes(1)),
    arguments: [true, false], [20, 5000])
  func loginPage(isAnnounced: Bool, length: Int) {
    let fetch = Fetch()
    let spaces = [UInt8](repeating: 0x20, count: 5000)
    let page = [UInt8]((Array("<!DOCTYPE html>\n<html>Sign in".utf8) + spaces).prefix(length))
    let server = LoopbackServer { _, _ in
      [.head(200, isAnnounced ? [("Content-Length", "\(page.count)")] : []), .bytes(page)]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .data)
    #expect(result.text.contains("not a gzip archive: it begins \"<!DOCTYPE html>\\n<htm"))
    #expect(server.requests.count == 1)
    #expect(fetch.names.isEmpty)
  }

  @Test("F15: the right length with a wrong digest is corrupt, and is not continued", .timeLimit(.minutes(1)))
  func corrupt() {
    let fetch = Fetch()
    var wrong = fetch.file
    wrong[70_000] ^= 1
    let bytes = wrong
    let server = LoopbackServer { request, _ in .file(bytes, for: request) }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .data)
    #expect(
      result.text.hasSuffix(
        "corrupt: SHA-256 does not match (expected \(sha256(fetch.file)), found \(sha256(wrong)))"))
    #expect(fetch.names.isEmpty)
    #expect(server.requests.count == 1)
  }

  @Test("F16: a 404 is final after one request and names the URL", .timeLimit(.minutes(1)))
  func notFound() {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in
      [.head(404, [("Content-Length", "9")]), .bytes(Array("not found".utf8))]
    }

    let result = fetch.run([server.url("/missing.tar.gz")])

    #expect(result.cause == .network)
    #expect(result.text == "\(server.url("/missing.tar.gz")): the server answers 404 (not found)")
    #expect(server.requests.count == 1)
    #expect(fetch.names.isEmpty)
  }

  @Test("F17: Retry-After is waited for", .timeLimit(.minutes(1)))
  func retryAfter() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      index == 0 ? [.head(503, [("Retry-After", "2")])] : .file(fetch.file, for: request)
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(fetch.clock.pauses.count == 1)
    #expect(fetch.clock.pauses[0] > .milliseconds(1900))
    #expect(server.requests.count == 2)
  }

  @Test("F19: 500, 502 and 504 are tried again after growing pauses", .timeLimit(.minutes(1)))
  func serverErrors() throws {
    let fetch = Fetch()
    let server = LoopbackServer { request, index in
      index < 3 ? [.head([500, 502, 504][index], [])] : .file(fetch.file, for: request)
    }

    _ = try fetch.run([server.url("/a")]).get()

    #expect(server.requests.count == 4)
    #expect(fetch.clock.pauses.count == 3)
    #expect(zip(fetch.clock.pauses, fetch.clock.pauses.dropFirst()).allSatisfy { $0 * 1.5 < $1 })
  }

  @Test("F21: a redirect loop ends at the limit", .timeLimit(.minutes(1)))
  func redirectLoop() {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in
      [.head(302, [("Location", request.target == "/a" ? "/b" : "a")])]
    }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .network)
    #expect(result.text.contains("more than 10 redirects"))
    #expect(server.requests.count == 11)
    #expect(fetch.names.isEmpty)
  }

  @Test("F24: one byte and then silence is given up within the stated time", .timeLimit(.minutes(1)))
  func silence() {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in
      [.head(200, [("Content-Length", "\(fetch.file.count)")]), .bytes([0x1f]), .stall]
    }

    let result = fetch.run([server.url("/a")]) { $0.limits.rateWindow = .milliseconds(200) }

    #expect(result.cause == .network)
    #expect(result.sourceFailures == [.silent(within: .milliseconds(200), expected: 100_000, found: 1)])
    #expect(server.requests.count == 5)
    #expect(fetch.bytes("archive.tar.gz.part") == [0x1f])
  }

  @Test("a server that never answers is given up", .timeLimit(.minutes(1)))
  func neverAnswers() {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in [.stall] }

    let result = fetch.run([server.url("/a")]) { $0.limits.rateWindow = .milliseconds(200) }

    #expect(result.cause == .network)
    #expect(server.requests.count == 5)
    #expect(fetch.names.isEmpty)
  }

  @Test(
    "F37: an encoded body is refused, a mere label on the right bytes is not", .timeLimit(.minutes(1)),
    arguments: [true, false])
  func encoded(isLabelOnly: Bool) {
    let fetch = Fetch()
    let server = LoopbackServer { _, _ in
      let body = isLabelOnly ? fetch.file : archiveBytes(90_000, seed: 3)
      return [.head(200, [("Content-Length", "\(body.count)"), ("Content-Encoding", "gzip")]), .bytes(body)]
    }

    let result = fetch.run([server.url("/a")])

    if isLabelOnly {
      #expect(fetch.isRight)
    } else {
      #expect(result.cause == .data)
      #expect(result.sourceFailures == [.encoded(coding: "gzip")])
      #expect(fetch.names.isEmpty)
    }
  }

  @Test("a response that announces a smaller file says that the source has changed", .timeLimit(.minutes(1)))
  func smaller() {
    let fetch = Fetch()
    let server = LoopbackServer { request, _ in .file([UInt8](fetch.file.prefix(60_000)), for: request) }

    let result = fetch.run([server.url("/a")])

    #expect(result.cause == .data)
    #expect(result.text.contains("changed at the source: size differs (expected 100000, found 60000)"))
    #expect(server.requests.count == 1)
  }
}
