/// Writes a tar archive in POSIX ustar format.
///
/// The bytes depend on names, contents and the time given, and on nothing else: owners are 0 and unnamed,
/// modes 0644 and 0755. Used by one thread at a time.
public final class TarWriter {
  /// The longest name, in bytes: the name field of a ustar header.
  public static let nameByteCount = 100

  private let sink: any ByteSink
  private let modificationTime: UInt64
  /// What is still to come of the current file, in bytes.
  private var rest: UInt64 = 0
  private var padding = 0

  /// Writes to `sink`.
  ///
  /// - Parameter modificationTime: Of all members, in seconds since 1970; below 2^33.
  public init(_ sink: any ByteSink, modificationTime: UInt64 = 0) {
    precondition(modificationTime < 1 << 33, "a ustar time has eleven octal digits")
    self.sink = sink
    self.modificationTime = modificationTime
  }

  /// Adds a directory.
  ///
  /// - Parameter name: As ``MemberPath`` takes it; a slash is put at its end.
  public func addDirectory(_ name: String) throws {
    try writeHeader(name + "/", type: UInt8(ascii: "5"), mode: 0o755, byteCount: 0)
  }

  /// Begins a file; exactly `byteCount` bytes are then given to ``write(_:)``.
  ///
  /// - Parameters:
  ///   - name: As ``MemberPath`` takes it.
  ///   - byteCount: Below 8 GiB, the most that a ustar header can say.
  public func beginFile(_ name: String, byteCount: UInt64) throws {
    precondition(byteCount < 1 << 33, "a ustar size has eleven octal digits")
    try writeHeader(name, type: UInt8(ascii: "0"), mode: 0o644, byteCount: byteCount)
    rest = byteCount
    padding = Int((512 - byteCount % 512) % 512)
    if rest == 0 { padding = 0 }
  }

  /// Adds bytes to the current file; traps when they are more than were announced.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(UInt64(bytes.count) <= rest, "more bytes than the header announces")
    try sink.write(bytes)
    rest -= UInt64(bytes.count)
    if rest == 0 && padding > 0 {
      try writeZeros(padding)
      padding = 0
    }
  }

  /// Ends the archive; traps when the current file is not complete.
  public func finish() throws {
    precondition(rest == 0, "fewer bytes than the header announces")
    try writeZeros(2 * TarHeader.blockSize)
  }

  private func writeZeros(_ count: Int) throws {
    try [UInt8](repeating: 0, count: count).withUnsafeBytes { try sink.write($0) }
  }

  private func writeHeader(_ name: String, type: UInt8, mode: UInt64, byteCount: UInt64) throws {
    precondition(rest == 0, "fewer bytes than the header announces")
    let bytes = Array(name.utf8)
    precondition(!bytes.isEmpty && bytes.count <= Self.nameByteCount, "'\(name)': no name for a member")
    var block = [UInt8](repeating: 0, count: TarHeader.blockSize)
    func put(_ value: some Collection<UInt8>, at offset: Int) {
      block.replaceSubrange(offset..<offset + value.count, with: value)
    }
    put(bytes, at: 0)
    put(Self.octal(mode, digits: 7), at: 100)
    put(Self.octal(0, digits: 7), at: 108)
    put(Self.octal(0, digits: 7), at: 116)
    put(Self.octal(byteCount, digits: 11), at: 124)
    put(Self.octal(modificationTime, digits: 11), at: 136)
    block[156] = type
    put(Array("ustar\u{0}00".utf8), at: 257)
    put(Self.octal(0, digits: 7), at: 329)
    put(Self.octal(0, digits: 7), at: 337)
    let sum = block.withUnsafeBytes { TarHeader.checksum($0) }
    put(Self.octal(UInt64(sum), digits: 6) + [0, UInt8(ascii: " ")], at: 148)
    try block.withUnsafeBytes { try sink.write($0) }
  }

  /// A number in octal digits with leading zeros.
  private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
    (0..<digits).reversed().map { UInt8(ascii: "0") + UInt8(value >> (3 * UInt64($0)) & 7) }
  }
}
