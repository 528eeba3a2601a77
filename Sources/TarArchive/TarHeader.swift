/// One 512-byte header of a tar archive, its checksum and its fields checked.
///
/// Source: POSIX.1-2008, `pax`, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
struct TarHeader {
  /// The size of a header, and what the bytes of members are padded to a multiple of.
  static let blockSize = 512

  enum Kind: Equatable {
    /// A file of ``TarHeader/byteCount`` bytes.
    case file
    case directory
    /// Records that apply to the next member; POSIX type `x`.
    case extended
    /// Records that apply to all members; POSIX type `g`.
    case globalExtended
    /// The name of the next member; GNU type `L`.
    case longName
    /// The link target of the next member; GNU type `K`.
    case longLink
    /// Anything else, in words.
    case unsupported(String)
  }

  /// What the header announces.
  let kind: Kind
  /// The name, as it is in the header.
  let name: [UInt8]
  /// The size of what follows the header, without its padding, in bytes; below 2^63.
  let byteCount: UInt64

  /// Reads a header.
  ///
  /// - Parameter block: 512 bytes that are not all zero.
  init(_ block: UnsafeRawBufferPointer, offset: UInt64) throws(ArchiveError.Fault) {
    let expected = try Self.number("header checksum", Self.field(block, Self.checksumField))
    let found = Self.checksum(block)
    guard expected == UInt64(found) else {
      throw .checksum(
        .tarHeader, offset: offset, expected: UInt32(truncatingIfNeeded: expected), found: found)
    }
    let mark = Self.field(block, 257..<265)
    guard Self.marks.contains(where: mark.elementsEqual) else { throw .badField("format mark", found: mark) }
    let type = block[156]
    let size = try Self.number("size", Self.field(block, 124..<136))
    var name = Self.text(block, 0..<100)
    // Only POSIX headers have a prefix there; GNU tar keeps other things in its place.
    if mark.elementsEqual(Self.posixMark), block[345] != 0 {
      name = Self.text(block, 345..<500) + [UInt8(ascii: "/")] + name
    }
    self.name = name
    byteCount = size
    kind = Self.kind(type: type, name: name)
  }

  // MARK: Fields

  private static let checksumField = 148..<156
  private static let posixMark = Array("ustar\u{0}00".utf8)
  /// POSIX, GNU, and the time before both.
  private static let marks = [
    posixMark, Array("ustar  \u{0}".utf8), [UInt8](repeating: 0, count: 8),
  ]

  private static func kind(type: UInt8, name: [UInt8]) -> Kind {
    switch type {
    // Before POSIX a directory was a file whose name ends with a slash; type 7 is a file stored in one piece.
    case UInt8(ascii: "0"), 0, UInt8(ascii: "7"): name.last == UInt8(ascii: "/") ? .directory : .file
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "x"): .extended
    case UInt8(ascii: "g"): .globalExtended
    case UInt8(ascii: "L"): .longName
    case UInt8(ascii: "K"): .longLink
    case UInt8(ascii: "1"): .unsupported("a hard link")
    case UInt8(ascii: "2"): .unsupported("a symbolic link")
    case UInt8(ascii: "3"): .unsupported("a character device")
    case UInt8(ascii: "4"): .unsupported("a block device")
    case UInt8(ascii: "6"): .unsupported("a named pipe")
    case UInt8(ascii: "S"): .unsupported("a sparse file")
    default: .unsupported("of an unknown kind (type \(type))")
    }
  }

  private static func field(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    Array(block[range])
  }

  /// The bytes of a text field up to the first NUL, which is missing when the text fills the field.
  private static func text(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    Array(block[range].prefix { $0 != 0 })
  }

  /// A number of a header: octal digits and then only blanks or NULs, or GNU's base 256.
  ///
  /// - Returns: A value below 2^63.
  static func number(_ name: String, _ field: [UInt8]) throws(ArchiveError.Fault) -> UInt64 {
    if let first = field.first, first & 0x80 != 0 { return try binaryNumber(name, field) }
    let digits = field.prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    let rest = field.dropFirst(digits.count)
    guard !digits.isEmpty, rest.allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else {
      throw .badField(name, found: field)
    }
    // At most 12 digits of three bits: no overflow.
    return digits.reduce(0) { $0 << 3 | UInt64($1 & 7) }
  }

  /// The first bit marks the form, the second is the sign, the rest is the value, highest byte first.
  private static func binaryNumber(_ name: String, _ field: [UInt8]) throws(ArchiveError.Fault) -> UInt64 {
    let high = field.dropLast(8)
    let low = field.suffix(8)
    let isSmall = high.first == 0x80 && high.dropFirst().allSatisfy { $0 == 0 }
    guard isSmall, let top = low.first, top & 0x80 == 0 else { throw .badField(name, found: field) }
    return low.reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: Checksum

  /// The sum of all bytes, those of the checksum itself counted as blanks.
  static func checksum(_ block: UnsafeRawBufferPointer) -> UInt32 {
    var sum = UInt32(checksumField.count) * UInt32(UInt8(ascii: " "))
    for (index, byte) in block.prefix(blockSize).enumerated() where !checksumField.contains(index) {
      sum += UInt32(byte)
    }
    return sum
  }

  /// Whether the first 512 bytes are a header, whatever else they say.
  static func hasValidChecksum(_ block: UnsafeRawBufferPointer) -> Bool {
    do {
      return try number("", field(block, checksumField)) == UInt64(checksum(block))
    } catch {
      return false
    }
  }
}
