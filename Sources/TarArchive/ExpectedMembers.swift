/// The members that an archive must have, and the only ones that it may have.
///
/// Directories that lead to an expected file may be there or not.
public struct ExpectedMembers: Sendable {
  /// Which sizes of a file are right.
  public enum Size: Sendable, Equatable, CustomStringConvertible {
    /// This number of bytes.
    case exactly(UInt64)
    /// A multiple, above zero, of this number of bytes.
    case multiple(of: UInt64)
    /// Any number of bytes.
    case any

    /// Whether `byteCount` is right.
    public func allows(_ byteCount: UInt64) -> Bool {
      switch self {
      case .exactly(let expected): byteCount == expected
      case .multiple(let unit): byteCount > 0 && byteCount % unit == 0
      case .any: true
      }
    }

    /// The rule in words.
    public var description: String {
      switch self {
      case .exactly(let expected): "\(expected)"
      case .multiple(let unit): "a multiple of \(unit)"
      case .any: "any number of"
      }
    }
  }

  /// The most unknown names that are remembered for the message.
  static let unknownNameCount = 10

  private let sizes: [MemberPath: Size]
  private let sizeOfOther: @Sendable (MemberPath) -> Size?
  private let directories: Set<MemberPath>
  private var missing: Set<MemberPath>
  private var unknown: [[UInt8]] = []
  private var unknownCount = 0

  /// The files to expect.
  ///
  /// - Parameters:
  ///   - required: Names that must be there, and their sizes.
  ///   - optional: Names that may be there, and their sizes.
  ///   - sizeOfOther: The size of a file that may be there too, `nil` for an unknown one; for names that follow
  ///     a rule and are too many for a list.
  /// - Precondition: The names are ones that ``MemberPath`` takes.
  public init(
    required: [String: Size], optional: [String: Size] = [:],
    sizeOfOther: @escaping @Sendable (MemberPath) -> Size? = { _ in nil }
  ) {
    func checked(_ name: String) -> MemberPath {
      do {
        return try MemberPath(checking: Array(name.utf8))
      } catch {
        preconditionFailure("expected member '\(name)': \(error)")
      }
    }
    missing = Set(required.keys.map(checked))
    sizes = Dictionary(
      uniqueKeysWithValues: required.merging(optional) { size, _ in size }.map { (checked($0.key), $0.value) }
    )
    var directories: Set<MemberPath> = []
    for file in sizes.keys {
      var directory = file.parent
      while directories.insert(directory).inserted { directory = directory.parent }
    }
    self.directories = directories
    self.sizeOfOther = sizeOfOther
  }

  /// Takes note of a member.
  ///
  /// - Returns: Whether it is an expected one; unknown ones are remembered for ``check()``.
  mutating func admit(_ member: ArchiveMember) throws(ArchiveError.Fault) -> Bool {
    switch member.kind {
    case .directory:
      if directories.contains(member.path) { return true }
    case .file:
      if let size = sizes[member.path] ?? sizeOfOther(member.path) {
        guard size.allows(member.byteCount) else {
          throw .wrongSize(expected: size, found: member.byteCount)
        }
        missing.remove(member.path)
        return true
      }
    }
    unknownCount += 1
    if unknown.count < Self.unknownNameCount { unknown.append(member.path.bytes) }
    return false
  }

  /// Throws when names are missing, or when there were unknown ones.
  func check() throws(ArchiveError.Fault) {
    guard missing.isEmpty, unknown.isEmpty else {
      let names = missing.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
      throw .wrongMembers(missing: names, unknown: unknown, unknownCount: unknownCount)
    }
  }
}
