import Platform
import FileSupport
import SystemPackage

/// The words of the command line as strings, whatever bytes they are made of.
///
/// Paths on Linux are bytes, and Swift's own `CommandLine.arguments` replaces those that are not UTF-8. Here each
/// such byte becomes one scalar of a private-use plane, and ``path(_:)`` turns it back: the file that the user
/// named is the file that is opened. The idea is Python's (PEP 383).
enum RawArguments {
  /// The scalar for byte 0; byte `b` is this plus `b`.
  private static let firstScalar: UInt32 = 0x10_F000

  /// The words after the program's name.
  ///
  /// Not those of `CommandLine`, which reads them from `/proc`: that is not mounted everywhere.
  static var words: [String] {
    guard let all = cp_arguments(), all[0] != nil else { return [] }
    var words: [String] = []
    while let word = all[words.count + 1] {
      words.append(decode(Array(UnsafeRawBufferPointer(start: word, count: length(word)))))
    }
    return words
  }

  /// The string for the bytes of one word.
  static func decode(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      // The longest UTF-8 sequence is 4 bytes; the shortest prefix that is valid is one scalar.
      let scalar = (1...4).lazy.filter { $0 <= rest.count }
        .compactMap { String(validating: rest.prefix($0), as: UTF8.self)?.unicodeScalars.first }.first
      if let scalar {
        scalars.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        scalars.append(Unicode.Scalar(firstScalar + UInt32(first))!)
        rest = rest.dropFirst()
      }
    }
    return String(scalars)
  }

  /// The bytes of a word from ``decode(_:)``.
  static func encode(_ word: String) -> [UInt8] {
    word.unicodeScalars.flatMap { scalar -> [UInt8] in
      let value = scalar.value
      if value >= firstScalar + 0x80 && value <= firstScalar + 0xff { return [UInt8(value - firstScalar)] }
      return Array(String(scalar).utf8)
    }
  }

  /// Escapes what a terminal would obey and bytes of the command line that are not UTF-8; backslashes stay, since names
  /// of files are escaped already.
  static func printable(_ text: String) -> String {
    text.unicodeScalars.map { $0 == "\\" ? "\\" : escaped(encode(String($0))) }.joined()
  }

  /// The path that a word of the command line names.
  static func path(_ word: String) -> FilePath {
    let bytes = encode(word).map { CChar(truncatingIfNeeded: $0) } + [0]
    return bytes.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
  }

  private static func length(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
  }
}
