import Digests
import FileSupport
import Platform
import SystemPackage

/// A list of SHA-256 digests as `sha256sum` writes it: 64 hexadecimal digits, a space, a space or `*`, a name.
///
/// Names are compared without their directories. Empty lines and lines that begin with `#` are passed over.
public struct DigestList {
  /// One line of the list.
  struct Entry: Equatable {
    /// The digest in lower-case hexadecimal digits.
    let sha256: String
    /// The number of the line, counted from 1.
    let line: Int
  }

  /// The largest list that is read: room for 100,000 files.
  static let lengthLimit = 16 << 20

  /// The digests by file name.
  private(set) var entries: [String: Entry] = [:]
  /// Lines that are wrong.
  private(set) var problems: [AuditProblem] = []

  /// Reads the list in the file `path`.
  ///
  /// - Throws: `FileError` when it cannot be read; wrong lines are ``problems``.
  public init(path: FilePath) throws {
    let descriptor = try FileDescriptor.openForReading(path)
    let content = try descriptor.closeAfter(path: path) {
      let kind = try descriptor.kind(path: path)
      guard kind == .regular else { throw FileError.wrongKind(path: path, expected: .regular, found: kind) }
      var content = [UInt8](
        repeating: 0, count: min(try Int(descriptor.byteCount(path: path)), Self.lengthLimit) + 1)
      let count = try content.withUnsafeMutableBytes { try descriptor.readFully(into: $0, path: path) }
      return Array(content.prefix(count))
    }
    self.init(content, name: path.escaped)
  }

  /// Reads the list that `content` is.
  ///
  /// - Parameter name: What problems call the list.
  init(_ content: [UInt8], name: String) {
    guard content.count <= Self.lengthLimit else {
      problems = [.wrong("\(name): is too long for a list of digests (at most \(Self.lengthLimit) bytes)")]
      return
    }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty && line.first != UInt8(ascii: "#") {
      if let fault = add(line, number: index + 1) {
        problems.append(.wrong("\(name): line \(index + 1): \(fault)"))
      }
    }
    // Whoever names a list wants something to be compared.
    if entries.isEmpty && problems.isEmpty { problems.append(.wrong("\(name): has no digest in it")) }
  }

  /// Takes a line, or says what is wrong with it.
  private mutating func add(_ line: ArraySlice<UInt8>, number: Int) -> String? {
    let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }
    let rest = line.dropFirst(digits.count)
    guard !digits.isEmpty, rest.count > 2, rest.first == UInt8(ascii: " "),
      [UInt8(ascii: " "), UInt8(ascii: "*")].contains(rest[rest.startIndex + 1])
    else { return "is not a digest and a name (found '\(escaped(line.prefix(80)))')" }
    guard digits.count == 64 else {
      return "digest has a wrong length (expected 64 digits, found \(digits.count))"
    }
    let name = escaped(rest.dropFirst(2).split(separator: UInt8(ascii: "/")).last ?? [])
    guard !name.isEmpty else { return "has no name" }
    if let earlier = entries[name] { return "'\(name)' comes twice (first in line \(earlier.line))" }
    entries[name] = Entry(sha256: String(decoding: digits, as: UTF8.self).lowercased(), line: number)
    return nil
  }
}
