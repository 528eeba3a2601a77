import FileSupport

/// How an archive is stored.
public enum ArchiveFormat: Sendable, Equatable, CustomStringConvertible {
  /// A tar archive compressed with gzip.
  case gzip
  /// A tar archive as it is.
  case tar
  /// One of the two, whichever its first bytes say.
  case automatic

  /// The format that the ending of a file's name promises: `.gz` and `.tgz`, `.tar`, or either.
  public init(fileName: String) {
    let name = fileName.lowercased()
    if name.hasSuffix(".gz") || name.hasSuffix(".tgz") {
      self = .gzip
    } else if name.hasSuffix(".tar") {
      self = .tar
    } else {
      self = .automatic
    }
  }

  /// The format in words, with its article.
  public var description: String {
    switch self {
    case .gzip: "a gzip archive"
    case .tar: "a tar archive"
    case .automatic: "a gzip or tar archive"
    }
  }

  /// How many bytes ``recognize(_:)`` wants to see, when there are as many.
  static let recognitionLength = 512
  /// The smallest gzip file, one with no bytes in it: header, one deflate block, trailer; RFC 1952.
  static let shortestGzip = 20

  /// What the first bytes of an archive show: `gzip`, `tar`, or `nil` for neither.
  static func recognize(_ beginning: UnsafeRawBufferPointer) -> ArchiveFormat? {
    if beginning.starts(with: [0x1f, 0x8b]) { return .gzip }
    // Tar archives older than POSIX have no mark; their checksum tells.
    let isTar = beginning.count >= 512 && TarHeader.hasValidChecksum(beginning)
    return isTar || holdsTarMark(beginning) ? .tar : nil
  }

  /// What bytes that are not the expected format look like, in words.
  static func describe(_ beginning: UnsafeRawBufferPointer) -> String {
    switch recognize(beginning) {
    case .gzip: return "a gzip file"
    case .tar: return "a plain tar archive"
    case .automatic, nil: break
    }
    for (mark, kind) in marks where beginning.starts(with: mark) { return kind }
    let text = beginning.drop { $0 <= 0x20 || [0xef, 0xbb, 0xbf].contains($0) }
    if text.first == UInt8(ascii: "<") { return "an HTML or XML page: \(quoted(text))" }
    if beginning.allSatisfy({ $0 == 0 }) { return "nothing but zeros" }
    return "something that begins with \(quoted(beginning[...]))"
  }

  private static let marks: [([UInt8], String)] = [
    (Array("PK".utf8), "a zip file"),
    (Array("BZh".utf8), "a bzip2 file"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file"),
    ([0x28, 0xb5, 0x2f, 0xfd], "a zstd file"),
    ([0x1f, 0x9d], "a compress file"),
    ([0x37, 0x7a, 0xbc, 0xaf], "a 7z file"),
  ]

  private static func holdsTarMark(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 262 && bytes[257..<262].elementsEqual("ustar".utf8)
  }

  private static func quoted(_ bytes: some Collection<UInt8>) -> String {
    "'\(escaped(bytes.prefix(24)))'"
  }
}
