import Testing

@testable import Download

@Suite("a response is judged by its head")
struct ResponseRulesTests {
  /// A head, what was asked for, and what must follow.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var status: Int
    var fields: [(String, String)] = []
    var offset = 0
    var expected = ExpectedContent(byteCount: 1000, sha256: "ab")
    var knownTag: String?
    var knownTotal: Int?
    var decision: ResponseDecision

    init(
      _ name: String, _ status: Int, _ fields: [(String, String)] = [], offset: Int = 0,
      expected: ExpectedContent = ExpectedContent(byteCount: 1000, sha256: "ab"), knownTag: String? = nil,
      knownTotal: Int? = nil, then decision: ResponseDecision
    ) {
      testDescription = name
      self.status = status
      self.fields = fields
      self.offset = offset
      self.expected = expected
      self.knownTag = knownTag
      self.knownTotal = knownTotal
      self.decision = decision
    }
  }

  private static let unknown = ExpectedContent()

  static let cases: [Case] = [
    Case("a whole file", 200, [("Content-Length", "1000")], then: .receive(start: 0, end: 1000, total: 1000)),
    Case("a whole file of unknown length", 200, then: .receive(start: 0, end: nil, total: nil)),
    Case(
      "a length that is no number counts as none", 200, [("Content-Length", "1e3")],
      then: .receive(start: 0, end: nil, total: nil)),
    Case(
      "a length that does not fit counts as none", 200, [("Content-Length", "99999999999999999999")],
      then: .receive(start: 0, end: nil, total: nil)),
    Case(
      "a whole file in place of a range", 200, [("Content-Length", "1000")], offset: 400,
      then: .receive(start: 0, end: 1000, total: 1000)),
    Case(
      "too many bytes announced", 200, [("Content-Length", "1001")],
      then: .inspect(.tooLong(expected: 1000, found: 1001), end: 1001)),
    Case(
      "too few bytes announced", 200, [("Content-Length", "999")],
      then: .inspect(.changed(property: "size", expected: "1000", found: "999"), end: 999)),
    Case(
      "the rest", 206, [("Content-Range", "bytes 400-999/1000")], offset: 400,
      then: .receive(start: 400, end: 1000, total: 1000)),
    Case(
      "a part of the rest", 206, [("Content-Range", "bytes 400-599/1000")], offset: 400,
      then: .receive(start: 400, end: 600, total: 1000)),
    Case(
      "a part of a file of unknown length", 206, [("Content-Range", "bytes 400-999/*")], offset: 400,
      then: .receive(start: 400, end: 1000, total: nil)),
    Case(
      "another part", 206, [("Content-Range", "bytes 500-999/1000")], offset: 400,
      then: .startOver(.wrongRange(asked: 400, found: 500))),
    Case("a part without its range", 206, offset: 400, then: .startOver(.wrongRange(asked: 400, found: nil))),
    Case(
      "a range that ends before it starts", 206, [("Content-Range", "bytes 400-399/1000")], offset: 400,
      then: .startOver(.wrongRange(asked: 400, found: nil))),
    Case(
      "a range beyond the total", 206, [("Content-Range", "bytes 400-1000/1000")], offset: 400,
      then: .startOver(.wrongRange(asked: 400, found: nil))),
    Case(
      "several parts", 206, [("Content-Type", "multipart/byteranges; boundary=x")], offset: 400,
      then: .startOver(.wrongRange(asked: 400, found: nil))),
    Case(
      "a part of a smaller file", 206, [("Content-Range", "bytes 400-899/900")], offset: 400,
      then: .askWhole(.changed(property: "size", expected: "1000", found: "900"))),
    Case(
      "a part of a larger file", 206, [("Content-Range", "bytes 400-1099/1100")], offset: 400,
      then: .askWhole(.tooLong(expected: 1000, found: 1100))),
    Case(
      "a part of another version", 206, [("Content-Range", "bytes 400-999/1000"), ("ETag", "\"b\"")],
      offset: 400, knownTag: "\"a\"",
      then: .startOver(.changed(property: "ETag", expected: "\"a\"", found: "\"b\""))),
    Case(
      "a part of the same version", 206, [("Content-Range", "bytes 400-999/1000"), ("ETag", "\"a\"")],
      offset: 400, knownTag: "\"a\"", then: .receive(start: 400, end: 1000, total: 1000)),
    Case(
      "a part of a file that has grown", 206, [("Content-Range", "bytes 400-1999/2000")], offset: 400,
      expected: unknown, knownTotal: 1000,
      then: .startOver(.changed(property: "size", expected: "1000", found: "2000"))),
    Case(
      "nothing is missing", 416, [("Content-Range", "bytes */1000")], offset: 1000, then: .alreadyComplete),
    Case(
      "more is stored than there is", 416, [("Content-Range", "bytes */800")], offset: 1000,
      expected: unknown, then: .startOver(.status(416, retryAfter: nil))),
    Case("a 416 that does not say why", 416, offset: 400, then: .startOver(.status(416, retryAfter: nil))),
    Case("a 416 for the whole file", 416, then: .giveUp(.status(416, retryAfter: nil))),
    Case(
      "a 416 of another file", 416, [("Content-Range", "bytes */800")], offset: 900,
      then: .askWhole(.changed(property: "size", expected: "1000", found: "800"))),
    Case(
      "an encoded body", 200, [("Content-Length", "900"), ("Content-Encoding", "gzip")],
      then: .giveUp(.encoded(coding: "gzip"))),
    Case(
      "an encoded body of unknown length", 200, [("Content-Encoding", "br")],
      then: .giveUp(.encoded(coding: "br"))),
    Case(
      "a label on the right length", 200, [("Content-Length", "1000"), ("Content-Encoding", "x-gzip")],
      then: .receive(start: 0, end: 1000, total: 1000)),
    Case(
      "a label that nothing can check", 200, [("Content-Length", "1000"), ("Content-Encoding", "gzip")],
      expected: ExpectedContent(byteCount: 1000), then: .giveUp(.encoded(coding: "gzip"))),
    Case(
      "identity is no coding", 200, [("Content-Encoding", "Identity")],
      then: .receive(start: 0, end: nil, total: nil)),
    Case("a redirect", 307, [("Location", "/b")], then: .redirect(location: "/b")),
    Case("a redirect to nowhere", 301, then: .redirect(location: nil)),
    Case("not modified", 304, then: .giveUp(.status(304, retryAfter: nil))),
    Case("not found", 404, then: .giveUp(.status(404, retryAfter: nil))),
    Case("not implemented", 501, then: .giveUp(.status(501, retryAfter: nil))),
    Case("busy", 503, [("Retry-After", "7")], then: .tryAgain(.status(503, retryAfter: .seconds(7)))),
    Case("too many requests", 429, then: .tryAgain(.status(429, retryAfter: nil))),
    Case("a busy proxy", 502, [("Retry-After", "soon")], then: .tryAgain(.status(502, retryAfter: nil))),
    Case("no content", 204, then: .giveUp(.status(204, retryAfter: nil))),
  ]

  @Test("each head leads to its decision", arguments: cases)
  func decides(on row: Case) throws {
    var request = TransferRequest(try DownloadURL("https://host/a"))
    request.offset = row.offset
    let rules = ResponseRules(
      request: request, expected: row.expected, knownTag: row.knownTag.flatMap { EntityTag($0) },
      knownTotal: row.knownTotal)

    let decision = rules.decide(ResponseHead(status: row.status, fields: row.fields))

    #expect(decision == row.decision)
  }
}
