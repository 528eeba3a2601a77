/// An absolute URL of a kind that can be downloaded: `https`, `http` or `file`.
///
/// The text is kept as it was given; it is only taken apart, never decoded.
/// Source: RFC 3986, sections 3 (parts) and 5.2 (references).
public struct DownloadURL: Sendable, Hashable {
  /// The kinds of URL that can be downloaded.
  public enum Scheme: String, Sendable, Hashable {
    /// HTTP over TLS.
    case https
    /// HTTP without protection.
    case http
    /// A file of this machine.
    case file
  }

  /// The kind of URL.
  public let scheme: Scheme

  /// Everything between `//` and the path: user information, host and port.
  let authority: String

  /// The path with its leading slash, undecoded.
  let path: String

  /// The query without its question mark, `nil` if there is none.
  let query: String?

  /// Takes an absolute URL apart.
  ///
  /// - Throws: ``DownloadError/badURL(_:reason:)`` unless it is `https://HOST…`, `http://HOST…` or
  ///   `file:///PATH`, free of spaces and control characters.
  public init(_ text: String) throws(DownloadError) {
    func bad(_ reason: String) -> DownloadError {
      .badURL(Self.withoutSecrets(text), reason: reason)
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw bad("a URL has no spaces or control characters")
    }
    guard text.utf8.count <= Self.maximumLength else {
      throw bad("a URL has at most \(Self.maximumLength) bytes")
    }
    guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased())
    else { throw bad("not an https, http or file URL") }
    let rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//") else { throw bad("'//' is missing after the scheme") }
    let withoutFragment = rest.dropFirst(2).prefix { $0 != "#" }
    let authority = withoutFragment.prefix { $0 != "/" && $0 != "?" }
    let target = withoutFragment[authority.endIndex...]
    let path = target.prefix { $0 != "?" }
    self.scheme = scheme
    self.authority = String(authority)
    self.path = path.isEmpty ? "/" : String(path)
    query = path.endIndex < target.endIndex ? String(target[target.index(after: path.endIndex)...]) : nil
    if scheme == .file {
      guard authority.isEmpty || authority == "localhost" else { throw bad("a file URL names no host") }
      guard query == nil, self.path != "/" else { throw bad("not the path of a file") }
    } else {
      guard !host.isEmpty else { throw bad("the host is missing") }
    }
  }

  /// Takes an absolute URL apart that is given as bytes; see ``init(_:)``.
  ///
  /// - Throws: As ``init(_:)``.
  public init(bytes: some Collection<UInt8>) throws(DownloadError) {
    try self.init(Self.text(of: bytes))
  }

  /// The text of a URL or reference; where it is not UTF-8, its bytes beyond ASCII become escapes, which name the same.
  ///
  /// Source: RFC 3986, section 2.1.
  static func text(of bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? bytes.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : "%" + String($0, radix: 16, uppercase: true) }
      .joined()
  }

  /// The longest URL that is accepted, in bytes.
  static let maximumLength = 8192

  /// The whole URL as it is asked for, user information and query included; not for messages.
  var text: String {
    "\(scheme.rawValue)://\(authority)\(path)" + (query.map { "?\($0)" } ?? "")
  }

  /// The host with its port, without user information.
  public var host: String {
    String(authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...])
  }

  /// The URL for messages and records: without user information, and without the text of its query.
  public var shown: String {
    "\(scheme.rawValue)://\(host)\(path)" + (query == nil ? "" : "?…")
  }

  /// The URL that a `Location` of a response from this URL stands for.
  ///
  /// - Throws: ``DownloadError/badURL(_:reason:)`` if the result is not a URL of a known kind.
  func resolving(_ reference: String) throws(DownloadError) -> DownloadURL {
    let hasScheme = reference.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
    let base = "\(scheme.rawValue)://\(authority)"
    if hasScheme { return try DownloadURL(reference) }
    if reference.hasPrefix("//") { return try DownloadURL("\(scheme.rawValue):\(reference)") }
    if reference.hasPrefix("/") { return try DownloadURL(base + reference) }
    if reference.hasPrefix("?") { return try DownloadURL(base + path + reference) }
    return try DownloadURL(base + path[...path.lastIndex(of: "/")!] + reference)
  }

  /// The path of a `file` URL with its percent signs decoded, as bytes; `nil` for a malformed escape.
  var filePathBytes: [UInt8]? {
    var bytes: [UInt8] = []
    var rest = path.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        value != 0
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  /// Removes what may be secret from a text that is not a proper URL.
  private static func withoutSecrets(_ text: String) -> String {
    let head = text.prefix { $0 != "?" && $0 != "#" }
    guard let at = head.lastIndex(of: "@") else { return String(head) }
    let scheme = head.firstIndex(of: ":").map { head[...$0] + "//" } ?? ""
    return String(scheme + head[head.index(after: at)...])
  }
}
