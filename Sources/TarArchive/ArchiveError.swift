import FileSupport

/// What is wrong with an archive, in which member and where.
///
/// It always means that the archive was read and is not good; what the system refuses is a `FileError`.
public struct ArchiveError: Error, Equatable, Sendable {
  /// A member of an archive, for messages.
  public struct Member: Equatable, Sendable {
    /// The member's place in the archive, counted from 1.
    public let number: Int
    /// The name in the archive as it is there, if it could be read.
    public let name: [UInt8]?
    /// Where its header begins in the inflated archive, in bytes.
    public let offset: UInt64
  }

  /// A part of an archive, for messages.
  public enum Section: Equatable, Sendable {
    /// The bytes by which the format is recognised.
    case beginning(ArchiveFormat)
    /// A gzip header; RFC 1952, section 2.3.
    case gzipHeader
    /// Deflated bytes; RFC 1951.
    case compressedData
    /// The checksum and length after the deflated bytes.
    case gzipTrailer
    /// A tar header.
    case tarHeader
    /// The bytes of a member.
    case memberData
    /// The two blocks of zeros that end a tar archive.
    case endBlocks
  }

  /// The finding; thrown by itself only where archive and member are not known yet.
  public enum Fault: Error, Equatable, Sendable {
    /// The input ends before the archive does; `offset` is the number of bytes there are.
    case endsEarly(offset: UInt64, within: Section)
    /// The input is something else; `found` says in words what it looks like.
    case wrongFormat(expected: ArchiveFormat, found: String)
    /// A gzip header asks for something that RFC 1952 does not have.
    case unsupportedGzip(offset: UInt64, field: String, found: UInt8)
    /// The deflated bytes are not valid; `reason` is zlib's word for it.
    case damaged(offset: UInt64, reason: String)
    /// A checksum over `section` is wrong.
    case checksum(Section, offset: UInt64, expected: UInt32, found: UInt32)
    /// The length in a gzip trailer is wrong; both are modulo 2^32.
    case length(offset: UInt64, expected: UInt32, found: UInt32)
    /// There are more bytes after the end of the archive.
    case trailingBytes(offset: UInt64)
    /// A field of a tar header, or of an extended one, cannot be used.
    case badField(String, found: [UInt8])
    /// The member's name is not one that stays below the output.
    case badName(MemberPath.Fault)
    /// The member is neither a file nor a directory.
    case unsupportedKind(String)
    /// A member of this name came before.
    case appearsTwice
    /// The name leads through a member that is a file, or a file's name is that of a directory.
    case fileAndDirectory(path: [UInt8])
    /// A limit is passed; nothing beyond it has been read or written.
    case limit(ArchiveLimits.Quantity, allowed: UInt64)
    /// The member has not the size that was asked for.
    case wrongSize(expected: ExpectedMembers.Size, found: UInt64)
    /// The archive has not the members that were asked for.
    case wrongMembers(missing: [[UInt8]], unknown: [[UInt8]], unknownCount: Int)
  }

  /// The archive's name, escaped.
  public let archive: String
  /// The member, when the finding is about one.
  public let member: Member?
  /// The finding.
  public let fault: Fault

  /// An error about the archive, or about one member of it.
  init(archive: String, member: Member? = nil, _ fault: Fault) {
    self.archive = archive
    self.member = member
    self.fault = fault
  }
}

extension ArchiveError: CausedError {
  /// Always the data.
  public var cause: ErrorCause { .data }
}

extension ArchiveError: CustomStringConvertible {
  /// One line: the archive, the member, then what is wrong; names are escaped.
  public var description: String { "\(archive): \(finding)" }

  /// The same without the archive, for a message about it.
  public var finding: String {
    guard let member else { return "\(fault)" }
    let name = member.name.map { " '\(escaped($0))'" } ?? ""
    return "member \(member.number)\(name) at byte \(member.offset): \(fault)"
  }
}

extension ArchiveError.Section: CustomStringConvertible {
  /// The part in words.
  public var description: String {
    switch self {
    case .beginning: "beginning"
    case .gzipHeader: "gzip header"
    case .compressedData: "compressed data"
    case .gzipTrailer: "gzip trailer"
    case .tarHeader: "header"
    case .memberData: "member's data"
    case .endBlocks: "end of the archive"
    }
  }
}

extension ArchiveError.Fault: CustomStringConvertible {
  /// What is wrong, in words and with figures.
  public var description: String {
    switch self {
    case .endsEarly(0, .beginning): "ends early at byte 0 (it is empty)"
    case .endsEarly(let offset, .beginning(let format)):
      "ends early at byte \(offset) (too short for \(format))"
    case .endsEarly(let offset, .endBlocks): "ends early at byte \(offset) (end of archive missing)"
    case .endsEarly(let offset, let section): "ends early at byte \(offset) (within the \(section))"
    case .wrongFormat(let expected, let found): "is not \(expected) (it looks like \(found))"
    case .unsupportedGzip(let offset, let field, let found):
      "gzip header at byte \(offset) has an unknown \(field) (found \(found))"
    case .damaged(let offset, let reason): "compressed data is damaged at byte \(offset) (\(reason))"
    case .checksum(let section, let offset, let expected, let found):
      "checksum of the \(section) at byte \(offset) does not match "
        + "(expected \(String(expected, radix: 16)), found \(String(found, radix: 16)))"
    case .length(let offset, let expected, let found):
      "length before byte \(offset) does not match (expected \(expected) bytes, found \(found))"
    case .trailingBytes(let offset): "unexpected bytes after the end, at byte \(offset)"
    case .badField(let field, let found): "\(field) is not valid (found '\(escaped(found.prefix(64)))')"
    case .badName(let fault): "\(fault)"
    case .unsupportedKind(let kind): "is \(kind) (only files and directories are taken)"
    case .appearsTwice: "appears twice"
    case .fileAndDirectory(let path): "'\(escaped(path))' is both a file and a directory"
    case .limit(let quantity, let allowed): "passes the limit for \(quantity) (at most \(allowed))"
    case .wrongSize(let expected, let found): "size is wrong (expected \(expected) bytes, found \(found))"
    case .wrongMembers(let missing, let unknown, let unknownCount):
      Self.memberList(missing: missing, unknown: unknown, unknownCount: unknownCount)
    }
  }

  private static func memberList(missing: [[UInt8]], unknown: [[UInt8]], unknownCount: Int) -> String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("members are missing: \(names(missing))") }
    if !unknown.isEmpty {
      let rest = unknownCount - unknown.count
      parts.append("unknown members: \(names(unknown))" + (rest > 0 ? " and \(rest) more" : ""))
    }
    return parts.joined(separator: "; ")
  }

  private static func names(_ list: [[UInt8]]) -> String {
    list.map { "'\(escaped($0))'" }.joined(separator: ", ")
  }
}
