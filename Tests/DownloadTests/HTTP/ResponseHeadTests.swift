import Testing

@testable import Download

@Suite("what a head says")
struct ResponseHeadTests {
  @Test(
    "ranges are read strictly",
    arguments: [
      ("bytes 0-9/10", 0...9, 10), ("bytes 5-9/*", 5...9, nil), ("bytes */10", nil, 10),
      ("BYTES 0-0/1", 0...0, 1),
    ] as [(String, ClosedRange<Int>?, Int?)])
  func ranges(text: String, bytes: ClosedRange<Int>?, total: Int?) {
    let range = ContentRange(text)

    #expect(range?.bytes == bytes)
    #expect(range?.total == total)
  }

  @Test(
    "malformed ranges are none",
    arguments: [
      "", "bytes", "bytes 0-9", "bytes */*", "bytes 9-0/10", "bytes 0-10/10", "bytes -1-5/10", "items 0-9/10",
      "bytes 0-99999999999999999999/*", "bytes 0-9/+10", "bytes 0-9/10/11", "bytes 0 - 9/10",
    ])
  func malformedRanges(text: String) {
    #expect(ContentRange(text) == nil)
  }

  @Test(
    "tags are strong, weak or no tags",
    arguments: [
      ("\"a\"", true), ("W/\"a\"", false), ("\"\"", true), ("a", nil), ("\"a", nil), ("w/\"a\"", nil),
      ("\"a\"b\"", nil),
      ("\"a\r\nX: y\"", nil), ("\"a b\"", nil),
    ] as [(String, Bool?)])
  func tags(text: String, isStrong: Bool?) {
    #expect(EntityTag(text)?.isStrong == isStrong)
  }

  @Test(
    "Retry-After is a number of seconds, or a date compared with the server's own",
    arguments: [
      ("2", nil, .seconds(2)), ("0", nil, .zero), ("-1", nil, nil), ("soon", nil, nil),
      ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", .seconds(30)),
      ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT", .zero),
      ("Sun, 06 Nov 1994 08:49:37 GMT", nil, nil),
      ("99999999999999999999", nil, nil),
    ] as [(String, String?, Duration?)])
  func retryAfter(text: String, date: String?, result: Duration?) {
    let fields = [("Retry-After", text)] + (date.map { [("Date", $0)] } ?? [])

    #expect(ResponseHead(status: 503, fields: fields).retryAfter == result)
  }

  @Test(
    "dates are counted in the Gregorian calendar",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799),
    ])
  func dates(text: String, seconds: Int) {
    #expect(HTTPDate(text)?.secondsSince1970 == seconds)
  }

  @Test(
    "other dates are none",
    arguments: ["", "1994-11-06", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Foo 1994 08:49:37 GMT"])
  func malformedDates(text: String) {
    #expect(HTTPDate(text) == nil)
  }
}
