import Testing

@testable import Download

@Suite("header lines become a head")
struct ResponseHeadParserTests {
  private func parse(_ lines: [String]) -> [ResponseHeadParser.Event] {
    var parser = ResponseHeadParser()
    return lines.map { line in Array(line.utf8).withUnsafeBytes { parser.add($0) } }
  }

  @Test("fields are kept in order, names in lower case, values trimmed")
  func plain() {
    let events = parse(["HTTP/1.1 200 OK\r\n", "ETag:  \"a\" \t\r\n", "X-Y:\r\n", "\r\n"])

    let head = ResponseHead(status: 200, fields: [("etag", "\"a\""), ("x-y", "")])
    #expect(events == [.more, .more, .more, .complete(head)])
  }

  @Test("interim responses are forgotten, trailers ignored")
  func interim() {
    let events = parse([
      "HTTP/1.1 100 Continue\r\n", "X: 1\r\n", "\r\n", "HTTP/1.1 404 Not Found\r\n", "\r\n", "Trailer: 1\r\n",
      "\r\n",
    ])

    #expect(events == [.more, .more, .more, .more, .complete(ResponseHead(status: 404)), .more, .more])
  }

  @Test("an address leads where the server says, whatever its bytes are (N20b)")
  func oddAddress() {
    var parser = ResponseHeadParser()
    let lines = [
      Array("HTTP/1.1 302 Found\r\n".utf8), Array("Location: /caf".utf8) + [0xe9, 0x20, 0x0d, 0x0a], [0x0a],
    ]

    let events = lines.map { line in line.withUnsafeBytes { parser.add($0) } }

    let head = ResponseHead(status: 302, fields: [("location", "/caf%E9")])
    #expect(events.last == .complete(head))
  }

  @Test("101 is no interim response: another protocol follows it (N03)")
  func anotherProtocol() {
    let events = parse(["HTTP/1.1 101 Switching Protocols\r\n", "Upgrade: h2c\r\n", "\r\n"])

    let head = ResponseHead(status: 101, fields: [("upgrade", "h2c")])
    #expect(events == [.more, .more, .complete(head)])
  }

  @Test(
    "what is no header is malformed",
    arguments: [
      ["ICY 200 OK\r\n"], ["HTTP/1.1\r\n"], ["HTTP/1.1 9999 X\r\n"], ["HTTP/1.1 200 OK\r\n", "no colon\r\n"],
      ["HTTP/1.1 200 OK\r\n", ": no name\r\n"],
      ["HTTP/1.1 200 OK\r\n", "X: " + String(repeating: "a", count: 70_000)],
    ])
  func malformed(lines: [String]) {
    #expect(parse(lines).last == .malformed)
  }
}
