import FileSupport

/// Is told the heads of requests and responses, line by line, on the thread that performs the request.
public typealias HeadLog = @Sendable (HeadLine) -> Void

/// A line of the head of a request or a response, without secrets.
public struct HeadLine: Sendable, Equatable {
  /// Whether it is of a response.
  public let isReceived: Bool
  /// The line, escaped and without its line end: where it may hold a password or a key there is `…`.
  public let text: String

  /// What is in the names of fields whose values let somebody in.
  private static let secretWords = ["authorization", "cookie", "token", "secret", "signature", "api-key"]
  /// Fields whose values are addresses.
  private static let addressFields: Set = ["content-location", "link", "location", "referer"]

  /// A line as it goes over the network, without its line end.
  init(_ bytes: some Sequence<UInt8>, isReceived: Bool) {
    self.isReceived = isReceived
    let line = escaped(bytes)
    // A value that goes on in another line, which nobody should send any more.
    if line.first == " " || line.hasPrefix("\\t") {
      text = " …"
      return
    }
    guard let colon = line.firstIndex(of: ":"), !line[..<colon].contains(" ") else {
      text = isReceived ? line : Self.withoutQuery(line)
      return
    }
    let name = line[..<colon].lowercased()
    if Self.secretWords.contains(where: name.contains) {
      text = line[...colon] + " …"
    } else if Self.addressFields.contains(name) {
      text = line[...colon] + Self.withoutSecrets(line[line.index(after: colon)...])
    } else {
      text = line
    }
  }

  /// The first line of a request, `GET /path?… HTTP/1.1`.
  private static func withoutQuery(_ line: String) -> String {
    line.split(separator: " ", omittingEmptySubsequences: false).map { withoutSecrets($0) }.joined(
      separator: " ")
  }

  /// An address without user information and the text of its query.
  private static func withoutSecrets(_ address: Substring) -> String {
    let head = address.prefix { $0 != "?" }
    var text = head.endIndex < address.endIndex ? head + "?…" : head[...]
    if let scheme = text.firstRange(of: "//") {
      let authority = text[scheme.upperBound...].prefix { $0 != "/" }
      if let at = authority.lastIndex(of: "@") {
        text.removeSubrange(scheme.upperBound...at)
      }
    }
    return String(text)
  }
}
