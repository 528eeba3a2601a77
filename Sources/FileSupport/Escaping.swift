/// Text that is safe to print in one line, whatever the bytes of a name are.
///
/// Valid UTF-8 stays as it is. Control characters become `\n`, `\t`, `\r` or `\x1b`, a backslash becomes
/// `\\`, and bytes that are not UTF-8 become `\xff`. C1 controls and the separators U+2028 and U+2029, which
/// some terminals obey, are shown as the escaped bytes of their encoding. Different bytes give different text.
public func escaped(_ bytes: some Sequence<UInt8>) -> String {
  var text = ""
  var decoder = UTF8.ForwardParser()
  var iterator = bytes.makeIterator()
  while true {
    switch decoder.parseScalar(from: &iterator) {
    case .valid(let encoded):
      let scalar = UTF8.decode(encoded)
      if let plain = plainText(scalar) {
        text += plain
      } else {
        for byte in encoded { text += hexadecimalEscape(byte) }
      }
    case .error:
      return escapedStrictly(bytes)
    case .emptyInput:
      return text
    }
  }
}

/// The slow path of ``escaped(_:)`` for bytes that are not UTF-8 throughout.
private func escapedStrictly(_ bytes: some Sequence<UInt8>) -> String {
  let bytes = Array(bytes)
  var text = ""
  var index = 0
  while index < bytes.count {
    // A scalar has at most four bytes; the shortest valid prefix is the only one.
    let length = (1...4).first { length in
      index + length <= bytes.count
        && String(validating: bytes[index..<index + length], as: UTF8.self) != nil
    }
    if let length {
      text += escaped(Array(bytes[index..<index + length]))
      index += length
    } else {
      text += hexadecimalEscape(bytes[index])
      index += 1
    }
  }
  return text
}

/// What stands for a scalar in a message, or `nil` when its bytes must be escaped.
private func plainText(_ scalar: Unicode.Scalar) -> String? {
  switch scalar {
  case "\n": "\\n"
  case "\r": "\\r"
  case "\t": "\\t"
  case "\\": "\\\\"
  case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{202a}"..."\u{202e}",
    "\u{2066}"..."\u{2069}":
    nil
  default: String(scalar)
  }
}

/// A byte as `\x` and two hexadecimal digits.
private func hexadecimalEscape(_ byte: UInt8) -> String {
  "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
