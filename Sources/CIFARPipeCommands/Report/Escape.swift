import Glibc
import SystemPackage

/// Names and reasons as they appear in messages: one line, printable.
enum Escape {
  /// A path with control bytes and bytes that are not UTF-8 shown as `\n`, `\x1b` and the like.
  static func text(_ path: FilePath) -> String {
    path.withPlatformString { bytes in
      text(Array(UnsafeRawBufferPointer(start: bytes, count: strlen(bytes))))
    }
  }

  /// Bytes with those that are no printable UTF-8 shown as `\n`, `\x1b` and the like.
  static func text(_ bytes: [UInt8]) -> String {
    RawArguments.decode(bytes).unicodeScalars.map { scalar in
      switch scalar {
      case "\n": "\\n"
      case "\t": "\\t"
      case "\r": "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f || (0x80..<0xa0).contains(scalar.value):
        hexadecimal(scalar.value)
      case _ where (0x10_F080...0x10_F0FF).contains(scalar.value): hexadecimal(scalar.value - 0x10_F000)
      default: String(scalar)
      }
    }.joined()
  }

  /// What the system says about an error, in lower case: `no space left on device`.
  static func words(_ errno: Errno) -> String {
    let text = String(cString: strerror(errno.rawValue))
    guard let first = text.first, text.dropFirst().first?.isLowercase == true else { return text }
    return first.lowercased() + text.dropFirst()
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }
}
