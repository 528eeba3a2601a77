/// Builds tar and gzip bytes by hand, so that any field of them can be wrong.
public enum ArchiveBuilder {
  /// One tar header and the bytes after it.
  public struct Member: Sendable {
    /// The name field; cut to 100 bytes.
    public var name: [UInt8]
    /// The type: `0` a file, `5` a directory, and so on.
    public var type: UInt8
    /// The bytes of the member; padded in the archive.
    public var data: [UInt8]
    /// The size field as it is, 12 bytes; `nil` is the size of `data`.
    public var sizeField: [UInt8]?
    /// The link field.
    public var linkName: [UInt8] = []
    /// The mode.
    public var mode: Int = 0o644
    /// User and group.
    public var owner: Int = 0
    /// The format mark, 8 bytes: `ustar`, NUL, `00`.
    public var mark: [UInt8] = Array("ustar\u{0}00".utf8)
    /// The prefix field of POSIX headers.
    public var prefix: [UInt8] = []
    /// Added to the right checksum.
    public var checksumError = 0

    /// A member whose header is right.
    public init(_ name: String, _ data: [UInt8] = [], type: Character = "0") {
      self.name = Array(name.utf8)
      self.type = type.asciiValue ?? 0
      self.data = data
    }

    /// The header, the data and the padding.
    public var bytes: [UInt8] {
      header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    private var header: [UInt8] {
      var block = [UInt8](repeating: 0, count: 512)
      func put(_ value: some Collection<UInt8>, at offset: Int) {
        block.replaceSubrange(offset..<offset + value.count, with: value)
      }
      put(name.prefix(100), at: 0)
      put(ArchiveBuilder.octal(mode, digits: 7), at: 100)
      put(ArchiveBuilder.octal(owner, digits: 7), at: 108)
      put(ArchiveBuilder.octal(owner, digits: 7), at: 116)
      put((sizeField ?? ArchiveBuilder.octal(data.count, digits: 11)).prefix(12), at: 124)
      put(ArchiveBuilder.octal(0, digits: 11), at: 136)
      put([UInt8](repeating: 0x20, count: 8), at: 148)
      block[156] = type
      put(linkName.prefix(100), at: 157)
      put(mark.prefix(8), at: 257)
      put(prefix.prefix(155), at: 345)
      let sum = block.reduce(0) { $0 + Int($1) } + checksumError
      put(ArchiveBuilder.octal(sum, digits: 6) + [0x20], at: 148)
      return block
    }
  }

  /// A pax header, type `x`, for the member after it.
  public static func pax(_ records: [(String, String)], type: Character = "x") -> Member {
    Member("pax", records.flatMap { paxRecord($0.0, Array($0.1.utf8)) }, type: type)
  }

  /// One record, `LENGTH KEY=VALUE\n`, whose length counts itself.
  public static func paxRecord(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let rest = [0x20] + Array("\(key)=".utf8) + value + [0x0a]
    var length = rest.count + 1
    while String(length).utf8.count + rest.count != length { length += 1 }
    return Array(String(length).utf8) + rest
  }

  /// A GNU long name, type `L`, or long link, type `K`, for the member after it.
  public static func longName(_ name: String, type: Character = "L") -> Member {
    Member("././@LongLink", Array(name.utf8) + [0], type: type)
  }

  /// A tar archive.
  ///
  /// - Parameter endBlocks: How many blocks of zeros end it; two are right.
  public static func tar(_ members: [Member], endBlocks: Int = 2) -> [UInt8] {
    members.flatMap(\.bytes) + [UInt8](repeating: 0, count: 512 * endBlocks)
  }

  /// A gzip member that stores its bytes uncompressed.
  public struct Gzip: Sendable {
    /// The method; 8 is right.
    public var method: UInt8 = 8
    /// The flags; the fields that they announce are put in.
    public var flags: UInt8 = 0
    /// Added to the right checksum of the header.
    public var headerChecksumError: UInt16 = 0
    /// Added to the right checksum in the trailer.
    public var checksumError: UInt32 = 0
    /// Added to the right length in the trailer.
    public var lengthError: UInt32 = 0

    /// A gzip member that is right.
    public init() {}

    /// The bytes of the gzip member that holds `data`.
    public func bytes(_ data: [UInt8]) -> [UInt8] {
      var result: [UInt8] = [0x1f, 0x8b, method, flags, 0, 0, 0, 0, 0, 255]
      if flags & 4 != 0 { result += [3, 0, 1, 2, 3] }
      if flags & 8 != 0 { result += Array("name".utf8) + [0] }
      if flags & 16 != 0 { result += Array("comment".utf8) + [0] }
      if flags & 2 != 0 {
        let sum = UInt16(truncatingIfNeeded: ArchiveBuilder.crc32(result)) &+ headerChecksumError
        result += ArchiveBuilder.littleEndian(sum)
      }
      var rest = data[...]
      repeat {
        let part = rest.prefix(0xffff)
        rest = rest.dropFirst(part.count)
        let length = UInt16(part.count)
        result += [rest.isEmpty ? 1 : 0]
        result += ArchiveBuilder.littleEndian(length) + ArchiveBuilder.littleEndian(~length) + part
      } while !rest.isEmpty
      result += ArchiveBuilder.littleEndian(ArchiveBuilder.crc32(data) &+ checksumError)
      return result + ArchiveBuilder.littleEndian(UInt32(truncatingIfNeeded: data.count) &+ lengthError)
    }
  }

  /// A gzip file of one member that stores `data` uncompressed.
  public static func gzip(_ data: [UInt8]) -> [UInt8] { Gzip().bytes(data) }

  /// The checksum of RFC 1952, section 8.
  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      crcTable[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8)
    }
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : 0xedb8_8320 ^ (value >> 1) }
  }

  /// A number in octal digits and a NUL.
  public static func octal(_ value: Int, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8) + [0]
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
