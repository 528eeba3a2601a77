/// Text that is safe to print in one line, whatever the bytes of a name are.
///
/// Valid UTF-8 stays as it is. Control characters become `\n`, `\t`, `\r` or `\x1b`, a backslash becomes
/// `\\`, and bytes that are not UTF-8 become `\xff`. C1 controls and the separators U+2028 and U+2029, which
/// some terminals obey, are shown as the escaped bytes of their encoding. Different bytes give different
/// text.
public func escaped(_ bytes: some Sequence<UInt8>) -> String {
  let bytes = Array(bytes)
  var text = ""
  var index = 0
  while index < bytes.count {
    guard let scalar = scalar(at: index, in: bytes) else {
      text += hexadecimalEscape(bytes[index])
      index += 1
      continue
    }
    let length = UTF8.width(scalar)
    if let plain = plainText(scalar) {
      text += plain
    } else {
      for byte in bytes[index..<index + length] { text += hexadecimalEscape(byte) }
    }
    index += length
  }
  return text
}

/// The scalar whose UTF-8 form begins at `index`, or `nil` when there is none.
private func scalar(at index: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
  for length in 1...4 where index + length <= bytes.count {
    if let text = String(validating: bytes[index..<index + length], as: UTF8.self) {
      return text.unicodeScalars.first
    }
  }
  return nil
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
