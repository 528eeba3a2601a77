import SystemPackage
import Testing

@testable import Download

@Suite("errors in words")
struct DownloadErrorTests {
  static let failures: [(SourceFailure, String)] = [
    (.short(expected: 100, found: 40), "short: ends early (expected 100 bytes, found 40)"),
    (
      .corrupt(algorithm: "MD5", expected: "aa", found: "bb"),
      "corrupt: MD5 does not match (expected aa, found bb)"
    ),
    (
      .changed(property: "ETag", expected: "\"a\"", found: "\"b\""),
      "changed at the source: ETag differs (expected \"a\", found \"b\")"
    ),
    (.tooLong(expected: 10, found: 11), "longer than expected (expected 10 bytes, found 11 or more)"),
    (.status(404, retryAfter: nil), "the server answers 404 (not found)"),
    (
      .status(503, retryAfter: .seconds(3600)),
      "the server answers 503 (service unavailable) and asks to wait 3600 s"
    ),
    (.notGzip(start: [0x3c, 0x0a, 0x1b, 0xff]), "not a gzip archive: it begins \"<\\n\\x1b\\xff\""),
    (.slow(minimum: 100, found: 7), "too slow (expected at least 100 bytes a second, found 7)"),
    (
      .wrongRange(asked: 5, found: nil),
      "sends the wrong part of the file (expected offset 5, found no offset)"
    ),
    (
      .silent(within: .seconds(10), expected: nil, found: 3),
      "nothing more comes for 10 s (expected more, found 3)"
    ),
    (.untrusted(host: "h", reason: "self\nsigned"), "h cannot be trusted (self\\nsigned)"),
  ]

  @Test("each failure of a source is one line with what was expected and found", arguments: failures)
  func failure(failure: SourceFailure, text: String) {
    #expect("\(failure)" == text)
  }

  @Test("causes follow from what happened")
  func causes() {
    func sources(_ failures: SourceFailure...) -> DownloadError.Cause {
      DownloadError.sources(failures.map { SourceReport(url: "u", failure: $0, tryCount: 1) }).cause
    }

    #expect(sources(.short(expected: 1, found: 0)) == .network)
    #expect(sources(.status(404, retryAfter: nil), .notGzip(start: [])) == .data)
    #expect(DownloadError.noSpace("/a", missing: 1).cause == .storage)
    #expect(DownloadError.transportUnavailable(reason: "x").cause == .network)
    #expect(DownloadError.stopped(part: "/a", expected: nil, found: 0).cause == .stopped)
    #expect(DownloadError.busy(lock: "/a", holder: nil).cause == .temporary)
  }

  @Test("names with control characters stay on one line")
  func names() {
    let error = DownloadError.stopped(part: "/tmp/a\nb.part", expected: 10, found: 4)

    #expect(
      "\(error)" == "/tmp/a\\nb.part: stopped with 4 of 10 bytes; the same command continues from there")
  }
}
