/// A member's name that is proven to stay below the directory it is extracted to.
///
/// It is relative, has no `..`, no empty part and no control byte. `./` at its beginning or within, and one
/// slash at its end, are dropped: they change nothing.
public struct MemberPath: Hashable, Sendable {
  /// Why a name is refused.
  public enum Fault: Error, Equatable, Sendable {
    /// The name has no bytes.
    case empty
    /// The name begins with a slash.
    case absolute
    /// The name holds `..`.
    case parent
    /// The name holds two slashes in a row.
    case emptyPart
    /// The name holds a control byte, such as a newline, an escape code or NUL.
    case controlByte
    /// The name is longer than `limit` bytes, or a part of it longer than file systems take.
    case tooLong(limit: Int)
    /// The name has more than `limit` parts.
    case tooDeep(limit: Int)
  }

  /// The most bytes of one part: `NAME_MAX` of Linux.
  static let partByteCount = 255

  /// The parts, from the outermost directory to the name itself; none for the root, `./`.
  public let parts: [[UInt8]]

  /// The parts joined by slashes; empty for the root.
  public var bytes: [UInt8] { Array(parts.joined(separator: CollectionOfOne(UInt8(ascii: "/")))) }

  /// Checks a name as it is in the archive.
  ///
  /// - Parameter lengthLimit: The most bytes of the whole name.
  public init(checking name: [UInt8], lengthLimit: Int = 1024) throws(Fault) {
    guard !name.isEmpty else { throw .empty }
    guard name.count <= lengthLimit else { throw .tooLong(limit: lengthLimit) }
    guard name.first != UInt8(ascii: "/") else { throw .absolute }
    guard !name.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { throw .controlByte }
    let withoutSlash = name.last == UInt8(ascii: "/") ? name.dropLast() : name[...]
    var parts: [[UInt8]] = []
    for part in withoutSlash.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if part.elementsEqual(".".utf8) { continue }
      guard !part.isEmpty else { throw .emptyPart }
      guard !part.elementsEqual("..".utf8) else { throw .parent }
      guard part.count <= Self.partByteCount else { throw .tooLong(limit: Self.partByteCount) }
      parts.append(Array(part))
    }
    guard parts.count <= ArchiveLimits.depth else { throw .tooDeep(limit: ArchiveLimits.depth) }
    self.parts = parts
  }

  private init(parts: [[UInt8]]) {
    self.parts = parts
  }

  /// Whether this is the directory that is extracted to.
  public var isRoot: Bool { parts.isEmpty }

  /// The path of the directory that holds this member; the root's is the root.
  public var parent: MemberPath { MemberPath(parts: parts.dropLast()) }

  /// The path below `directory`, or `nil` when this is not below it.
  public func relative(to directory: MemberPath) -> MemberPath? {
    guard parts.starts(with: directory.parts) else { return nil }
    return MemberPath(parts: Array(parts.dropFirst(directory.parts.count)))
  }
}

extension MemberPath: CustomStringConvertible {
  /// The path, for debugging only: names in messages are escaped.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension MemberPath.Fault: CustomStringConvertible {
  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .empty: "has no name"
    case .absolute: "name is absolute"
    case .parent: "name leads out of the output through '..'"
    case .emptyPart: "name has an empty part"
    case .controlByte: "name holds a control byte"
    case .tooLong(let limit): "name is too long (at most \(limit) bytes)"
    case .tooDeep(let limit): "name is too deep (at most \(limit) parts)"
    }
  }
}
