import Testing

@testable import Download

@Suite("Lines of heads")
struct HeadLineTests {
  @Test(
    "show what is harmless and hide what lets somebody in",
    arguments: [
      ("Host: mirror.example", "Host: mirror.example"),
      ("Content-Length: 170052171", "Content-Length: 170052171"),
      ("Authorization: Basic c2VjcmV0", "Authorization: …"),
      ("proxy-authorization: Basic c2VjcmV0", "proxy-authorization: …"),
      ("Set-Cookie: session=secret; Path=/", "Set-Cookie: …"),
      ("X-Amz-Security-Token: secret", "X-Amz-Security-Token: …"),
      ("Location: https://me:secret@mirror.example/a?key=secret", "Location: https://mirror.example/a?…"),
      ("Location: /a?key=secret", "Location: /a?…"),
      ("ETag: \"a\u{1b}[31m\"", "ETag: \"a\\x1b[31m\""),
      (" secret", " …"), ("\tsecret", " …"),
    ])
  func fields(line: String, shown: String) {
    #expect(HeadLine(line.utf8, isReceived: true).text == shown)
  }

  @Test("the first line has no user and no query")
  func firstLines() {
    #expect(HeadLine("GET /a?key=secret HTTP/1.1".utf8, isReceived: false).text == "GET /a?… HTTP/1.1")
    #expect(
      HeadLine("GET http://me:secret@host/a HTTP/1.1".utf8, isReceived: false).text
        == "GET http://host/a HTTP/1.1")
    #expect(HeadLine("HTTP/1.1 200 OK".utf8, isReceived: true).text == "HTTP/1.1 200 OK")
  }
}
