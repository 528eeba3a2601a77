import SystemPackage

extension FilePath {
  /// The path as one line of text that changes nothing on a terminal.
  ///
  /// Bytes of control and format characters, of line separators and of what is not UTF-8 appear as `\xhh`.
  var printable: String {
    withPlatformString { start in
      var bytes: [UInt8] = []
      var next = start
      while next.pointee != 0 {
        bytes.append(UInt8(bitPattern: next.pointee))
        next += 1
      }
      return Self.printable(bytes)
    }
  }

  /// The text of `bytes`, with what would not print escaped.
  static func printable(_ bytes: [UInt8]) -> String {
    var text = ""
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var position = 0
    while true {
      let length: Int
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: return text
      case .valid(let encoded):
        length = encoded.count
        let scalar = UTF8.decode(encoded)
        guard isPrinting(scalar) else { break }
        text.unicodeScalars.append(scalar)
        position += length
        continue
      case .error(let invalid):
        length = invalid
      }
      for byte in bytes[position..<position + length] {
        text += byte < 16 ? "\\x0" : "\\x"
        text += String(byte, radix: 16)
      }
      position += length
    }
  }

  /// Whether a terminal shows the character and does nothing else.
  private static func isPrinting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
