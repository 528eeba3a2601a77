/// The status line and the header fields of one response, interim responses left out.
public struct ResponseHead: Sendable, Equatable {
  /// The three-digit status.
  public let status: Int

  /// The fields in the order of their arrival, names in lower case, values without surrounding blanks.
  public private(set) var fields: [(name: String, value: String)]

  /// A head with the given fields, whose names may have any case.
  public init(status: Int, fields: [(name: String, value: String)] = []) {
    self.status = status
    self.fields = fields.map { ($0.name.lowercased(), $0.value) }
  }

  /// Heads are equal if their statuses and fields are, in order.
  public static func == (left: ResponseHead, right: ResponseHead) -> Bool {
    left.status == right.status && left.fields.elementsEqual(right.fields, by: ==)
  }

  /// The value of the first field called `name`, which is in lower case.
  subscript(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// The announced length of the body, in bytes; `nil` if it is missing or no number.
  var contentLength: Int? { self["content-length"].flatMap { decimal($0) } }

  /// The well-formed `Content-Range`, if there is one.
  var contentRange: ContentRange? { self["content-range"].flatMap { ContentRange($0) } }

  /// The entity tag as sent, quotes and a weak mark included.
  var entityTag: EntityTag? { self["etag"].flatMap { EntityTag($0) } }

  /// The coding of the content, lower case; `nil` for none or `identity`.
  var contentCoding: String? {
    self["content-encoding"]?.lowercased() == "identity" ? nil : self["content-encoding"]?.lowercased()
  }

  /// How long the server asks to wait; `nil` without a usable `Retry-After`.
  ///
  /// A date counts from the `Date` of the same response, so that our own clock does not matter.
  /// Source: RFC 9110 section 10.2.3.
  var retryAfter: Duration? {
    guard let text = self["retry-after"] else { return nil }
    if let seconds = decimal(text) { return .seconds(min(seconds, 1 << 32)) }
    guard let then = HTTPDate(text), let now = self["date"].flatMap({ HTTPDate($0) }) else { return nil }
    return .seconds(max(0, then.secondsSince1970 - now.secondsSince1970))
  }
}

/// What names one version of a file at its source.
///
/// Source: RFC 9110 section 8.8.3.
struct EntityTag: Sendable, Equatable {
  /// The tag as sent, such as `"5e7-abc"` or `W/"5e7"`.
  let text: String

  /// A tag, or `nil` if `text` is not in quotes or could not be sent back in a header.
  init?(_ text: String) {
    let opaque = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
    guard opaque.utf8.count >= 2, opaque.hasPrefix("\""), opaque.hasSuffix("\""), text.utf8.count <= 1024,
      opaque.dropFirst().dropLast().utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 && $0 < 0x7f })
    else { return nil }
    self.text = text
  }

  /// Whether equal tags mean equal bytes, which is what continuing a download needs.
  var isStrong: Bool { !text.hasPrefix("W/") }
}

/// The `Content-Range` of a response: which bytes it carries, and of how many.
///
/// Source: RFC 9110 section 14.4.
struct ContentRange: Sendable, Equatable {
  /// The bytes that follow; `nil` in an unsatisfied range such as `bytes */170052171`.
  var bytes: ClosedRange<Int>?

  /// The length of the whole file; `nil` when the server does not know it.
  var total: Int?

  /// The parts of `text`, or `nil` if it is not a well-formed range of bytes.
  init?(_ text: String) {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    if parts[1] != "*" {
      guard let total = decimal(parts[1]) else { return nil }
      self.total = total
    }
    if parts[0] != "*" {
      let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let first = decimal(ends[0]), let last = decimal(ends[1]), first <= last,
        last < total ?? Int.max
      else { return nil }
      bytes = first...last
    } else if total == nil {
      return nil
    }
  }
}

/// The value of one or more ASCII digits, or `nil` for anything else and for numbers that do not fit.
func decimal(_ text: some StringProtocol) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int(text)
}

/// A date of a header field, to the second.
///
/// Source: RFC 9110 section 5.6.7, the form `Sun, 06 Nov 1994 08:49:37 GMT` that all servers must send.
struct HTTPDate: Sendable, Equatable {
  /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
  let secondsSince1970: Int

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The date that `text` stands for, or `nil` if it is not in the form above.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = decimal(words[1]), (1...31).contains(day),
      let month = Self.months.firstIndex(of: String(words[2])), let year = decimal(words[3]),
      (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { decimal($0) }
    guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
    let days = Self.days(year: year, month: month + 1, day: day)
    secondsSince1970 = ((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]
  }

  /// Days from 1970-01-01, in the Gregorian calendar.
  ///
  /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
