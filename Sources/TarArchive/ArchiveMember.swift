/// One member of an archive: what its headers say, all of it checked.
public struct ArchiveMember: Sendable, Equatable {
  /// What is extracted.
  public enum Kind: Sendable, Equatable {
    /// A file with ``ArchiveMember/byteCount`` bytes.
    case file
    /// A directory.
    case directory
  }

  /// The name, proven to stay below the output.
  public let path: MemberPath
  /// Whether it is a file or a directory.
  public let kind: Kind
  /// The size in bytes; 0 for a directory.
  public let byteCount: UInt64
  /// The member's place in the archive, counted from 1.
  public let number: Int
  /// Where its header begins in the inflated archive, in bytes.
  public let offset: UInt64

  /// The member for messages.
  var reference: ArchiveError.Member {
    ArchiveError.Member(number: number, name: path.bytes, offset: offset)
  }
}
