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
