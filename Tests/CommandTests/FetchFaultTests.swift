import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// What servers do to a download; the rows F of the catalogue of faults that a server causes.
@Suite("Fetch, with faults of the server", .timeLimit(.minutes(5)))
struct FetchFaultTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  /// A server that does not deliver, and how the command must end.
  struct Failure: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let exit: Int32
    let words: [String]
    let requestCount: Int
    var isSizeKnown = true
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
    Failure(
      testDescription: "F15 wrong digest", exit: 65, words: ["corrupt", FetchPlace.digest], requestCount: 1
    ) {
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
    Failure(
      testDescription: "N02 no length and no body", exit: 65, words: ["not a gzip archive: it is empty"],
      requestCount: 1, isSizeKnown: false
    ) { _, _ in [.head(200, [])] },
    Failure(
      testDescription: "N02 no chunk", exit: 65, words: ["not a gzip archive: it is empty"],
      requestCount: 1, isSizeKnown: false
    ) { _, _ in [.head(200, [("Transfer-Encoding", "chunked")]), .bytes(Array("0\r\n\r\n".utf8))] },
    Failure(
      testDescription: "N02 two bytes of gzip", exit: 65, words: ["not a gzip archive"], requestCount: 1,
      isSizeKnown: false
    ) { _, _ in [.head(200, []), .bytes([0x1f, 0x8b])] },
    Failure(
      testDescription: "N03 another protocol", exit: 69, words: ["the server answers 101"], requestCount: 1
    ) { _, _ in [.head(101, [("Upgrade", "h2c")]), .bytes(Array("hello".utf8))] },
    Failure(
      testDescription: "N16a come back tomorrow", exit: 75, words: ["429", "asks to wait 86400 s"],
      requestCount: 1
    ) { _, _ in [.head(429, [("Retry-After", "86400"), ("Content-Length", "0")])] },
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

    var command = place.fetch(server.url("/a.tar.gz"), "--output", "out", "--quiet")
    if failure.isSizeKnown { command.arguments += ["--size", "\(Samples.archive.count)"] }

    let result = command.runChecked()

    #expect(result.status == .exited(failure.exit))
    #expect(result.errorText.count { $0 == "\n" } == 1)
    for word in failure.words { #expect(result.errorText.contains(word), "\(result.errorText)") }
    #expect(server.requests.count <= failure.requestCount)
    #expect(result.output == [])
    #expect(place.names == [])
  }

  @Test(
    "after an answer without a body the next source is asked (N02, N03)",
    arguments: [200, 101], [["--unverified"], ["--sha256", FetchPlace.digest]])
  func nextSource(status: Int, options: [String]) {
    let empty = LoopbackServer { _, _ in [.head(status, [])] }
    let good = LoopbackServer { request, _ in .file(Samples.archive, for: request) }

    var command = place.fetch(
      empty.url("/a.tar.gz"), "--url", good.url("/a.tar.gz"), "--output", "out", digest: nil)
    command.arguments += options
    let result = command.runChecked()

    #expect(result.status == .exited(0))
    #expect(place.archive == Samples.archive)
  }
}
