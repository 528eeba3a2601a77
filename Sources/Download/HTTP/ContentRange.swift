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
