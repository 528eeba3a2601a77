import FileSupport

/// What one source did wrong.
///
/// Three things that users mix up are kept apart: *short* (fewer bytes came than were announced), *corrupt*
/// (all bytes came, and they are not the right ones) and *changed* (the source itself says that it has another
/// file than the one that is wanted).
public enum SourceFailure: Error, Sendable, Equatable {
  /// The host cannot be found or reached, or the connection broke before the response.
  case unreachable(reason: String)
  /// The server could not prove to be the host that was asked for.
  case untrusted(host: String, reason: String)
  /// The server answered with a status that is no success, and may have asked to come back later.
  case status(Int, retryAfter: Duration?)
  /// The source redirects from `https` to an address that is not.
  case leavesHTTPS(to: String)
  /// More redirects than allowed, each leading to another.
  case tooManyRedirects(limit: Int)
  /// A redirect leads nowhere.
  case badRedirect(reason: String)
  /// The body ended or the connection broke early; byte counts of the whole file.
  case short(expected: Int?, found: Int)
  /// Almost nothing came for a while; byte counts of the whole file.
  case silent(within: Duration, expected: Int?, found: Int)
  /// The source is below the minimum rate, both in bytes per second.
  case slow(minimum: Int, found: Int)
  /// The server sent another part of the file than was asked for; `nil` if it did not say which.
  case wrongRange(asked: Int, found: Int?)
  /// The source has, announces or sends more bytes than the file has.
  case tooLong(expected: Int, found: Int)
  /// The beginning of the body is not that of a gzip file.
  case notGzip(start: [UInt8])
  /// The file is complete, and its digest is wrong.
  case corrupt(algorithm: String, expected: String, found: String)
  /// The file is complete, no digest of it is known, and reading it has shown that it is wrong.
  case notGood(reason: String)
  /// The source says that it has another file; `property` is what differs, such as "size".
  case changed(property: String, expected: String, found: String)
  /// The body is encoded although that was ruled out.
  case encoded(coding: String)

  /// Whether a response was read and is wrong, in contrast to none that could be read.
  public var isWrongData: Bool {
    switch self {
    case .tooLong, .notGzip, .corrupt, .notGood, .changed, .encoded: true
    case .unreachable, .untrusted, .status, .leavesHTTPS, .tooManyRedirects, .badRedirect, .short, .silent,
      .slow, .wrongRange:
      false
    }
  }

  /// Whether the server has said when to come back, so that the same request may work then.
  public var isPostponement: Bool {
    if case .status(_, .some) = self { true } else { false }
  }
}

extension SourceFailure: CustomStringConvertible {
  /// What is wrong, without the name of the source.
  public var description: String {
    switch self {
    case .unreachable(let reason): "cannot be reached (\(escaped(reason.utf8)))"
    case .untrusted(let host, let reason): "\(escaped(host.utf8)) cannot be trusted (\(escaped(reason.utf8)))"
    case .status(let status, nil): "the server answers \(status)\(Self.words(for: status))"
    case .status(let status, let pause?):
      "the server answers \(status)\(Self.words(for: status)) and asks to wait \(pause.components.seconds) s"
    case .leavesHTTPS(let address): "refuses to leave https (redirected to \(escaped(address.utf8)))"
    case .tooManyRedirects(let limit): "more than \(limit) redirects"
    case .badRedirect(let reason): "bad redirect (\(escaped(reason.utf8)))"
    case .short(let expected, let found): "short: ends early (\(Self.counts(expected, found)))"
    case .silent(let limit, let expected, let found):
      "nothing more comes for \(limit.components.seconds) s (\(Self.counts(expected, found)))"
    case .slow(let minimum, let found):
      "too slow (expected at least \(minimum) bytes a second, found \(found))"
    case .wrongRange(let asked, let found):
      "sends the wrong part of the file (expected offset \(asked), found "
        + (found.map { "offset \($0))" } ?? "no offset)")
    case .tooLong(let expected, let found):
      "longer than expected (expected \(expected) bytes, found \(found) or more)"
    case .notGzip(let start):
      start.isEmpty
        ? "not a gzip archive: it is empty" : "not a gzip archive: it begins \"\(escaped(start))\""
    case .corrupt(let algorithm, let expected, let found):
      "corrupt: \(algorithm) does not match (expected \(expected), found \(found))"
    case .notGood(let reason): "not a good archive: \(reason)"
    case .changed(let property, let expected, let found):
      "changed at the source: \(property) differs (expected \(escaped(expected.utf8)), found \(escaped(found.utf8)))"
    case .encoded(let coding):
      "sent with content coding '\(escaped(coding.utf8))' although none was asked for (expected identity)"
    }
  }

  private static func counts(_ expected: Int?, _ found: Int) -> String {
    "expected \(expected.map { "\($0) bytes" } ?? "more"), found \(found)"
  }

  /// A few statuses in words.
  ///
  /// Source: RFC 9110 section 15.
  private static func words(for status: Int) -> String {
    switch status {
    case 401: " (unauthorized)"
    case 403: " (forbidden)"
    case 404: " (not found)"
    case 407: " (the proxy asks for credentials)"
    case 410: " (gone)"
    case 416: " (range not satisfiable)"
    case 429: " (too many requests)"
    case 500: " (internal server error)"
    case 502: " (bad gateway)"
    case 503: " (service unavailable)"
    case 504: " (gateway timeout)"
    default: ""
    }
  }
}
