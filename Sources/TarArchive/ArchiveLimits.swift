/// How much of an archive is taken before it is refused.
///
/// Each limit is applied before the memory or disk is used that it protects.
public struct ArchiveLimits: Sendable, Equatable {
  /// The most bytes of one member.
  public var memberByteCount: UInt64
  /// The most bytes of the inflated archive, headers and padding included.
  public var totalByteCount: UInt64
  /// The most members, directories included.
  public var memberCount: Int
  /// The most bytes of a member's name.
  public var nameByteCount: Int

  /// The most names in a path; a fixed bound, since each costs an open directory.
  static let depth = 32
  /// The most bytes of an extended header, which has to be held in memory; names of 4 KiB fit in easily.
  static let extendedHeaderByteCount: UInt64 = 64 * 1024

  /// Limits; the defaults fit data sets several times the size of CIFAR.
  public init(
    memberByteCount: UInt64 = 512 << 20, totalByteCount: UInt64 = 1 << 30, memberCount: Int = 1000,
    nameByteCount: Int = 1024
  ) {
    self.memberByteCount = memberByteCount
    self.totalByteCount = totalByteCount
    self.memberCount = memberCount
    self.nameByteCount = nameByteCount
  }

  /// What a limit is about.
  public enum Quantity: Sendable, Equatable, CustomStringConvertible {
    /// Bytes of one member.
    case memberBytes
    /// Bytes of the inflated archive.
    case totalBytes
    /// Number of members.
    case members
    /// Bytes of an extended header.
    case extendedHeaderBytes

    /// The quantity in words.
    public var description: String {
      switch self {
      case .memberBytes: "the bytes of a member"
      case .totalBytes: "the bytes of the inflated archive"
      case .members: "the number of members"
      case .extendedHeaderBytes: "the bytes of an extended header"
      }
    }
  }
}
