/// Collects header lines into a ``ResponseHead``.
///
/// Interim responses (status 1xx) are read and forgotten, but for 101: what follows that is of another protocol, for
/// which nobody has asked. Source: RFC 9112 sections 4 and 5, RFC 9110 section 15.2.2.
struct ResponseHeadParser: Sendable {
  /// What a line led to.
  enum Event: Equatable {
    /// More lines are needed.
    case more
    /// The empty line after the last field was read.
    case complete(ResponseHead)
    /// The line is no header, or there are too many bytes of them.
    case malformed
  }

  /// The most bytes that all header lines of a transfer may have.
  static let maximumLength = 64 << 10

  private var status: Int?
  private var fields: [(name: String, value: String)] = []
  private var length = 0
  private var isComplete = false

  /// Takes one line, with or without its line end.
  ///
  /// Lines after the head is complete are trailers of a chunked body and are ignored.
  mutating func add(_ bytes: UnsafeRawBufferPointer) -> Event {
    length += bytes.count
    guard length <= Self.maximumLength else { return .malformed }
    guard !isComplete else { return .more }
    var line = bytes[...]
    while let last = line.last, last == 0x0a || last == 0x0d { line = line.dropLast() }
    guard let status else { return addStatusLine(String(decoding: line, as: UTF8.self)) }
    if line.isEmpty {
      defer { fields = [] }
      if status < 200, status != 101 {
        self.status = nil
        return .more
      }
      isComplete = true
      return .complete(ResponseHead(status: status, fields: fields))
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex else {
      return .malformed
    }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    let value = trimmed(line[(colon + 1)...])
    // An address must lead where the server says, whatever its bytes are; of the others none is sent back but in ASCII.
    let isAddress = name.lowercased() == "location"
    fields.append((name, isAddress ? DownloadURL.text(of: value) : String(decoding: value, as: UTF8.self)))
    return .more
  }

  private mutating func addStatusLine(_ text: String) -> Event {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/"), let number = decimal(words[1]),
      (100...599).contains(number)
    else { return .malformed }
    status = number
    return .more
  }

  private func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    var value = value.drop(while: isBlank)
    while let last = value.last, isBlank(last) { value = value.dropLast() }
    return value
  }
}
