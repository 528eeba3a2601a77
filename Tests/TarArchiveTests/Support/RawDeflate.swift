import PipeTestSupport

/// Deflated bytes by hand, for archives too large to be made.
enum RawDeflate {
  /// A gzip header without name or time.
  static let gzipHeader: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

  /// A block that stores `bytes`, at most 65,535, and is not the last.
  static func storedBlock(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    func littleEndian(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }
    return [0] + littleEndian(length) + littleEndian(~length) + bytes
  }

  /// A compressed block of zeros that is not the last and ends on a whole byte.
  ///
  /// Fixed codes: a zero, then matches of 258 bytes at distance 1, then an empty stored block, which aligns.
  static func zeros(byteCount: Int) throws -> [UInt8] {
    var bits = BitWriter()
    bits.put(0, 1)
    bits.put(1, 2)
    var rest = byteCount
    // Literal 0 has the code 00110000; codes are sent highest bit first.
    func putLiteral() { bits.putCode(0b0011_0000, 8) }
    putLiteral()
    rest -= 1
    while rest >= 258 {
      bits.putCode(0b1100_0101, 8)  // Length code 285: 258 bytes.
      bits.putCode(0, 5)  // Distance code 0: one byte back.
      rest -= 258
    }
    for _ in 0..<rest { putLiteral() }
    bits.putCode(0, 7)  // End of block.
    bits.put(0, 3)
    bits.align()
    return bits.bytes + [0, 0, 0xff, 0xff]
  }

  private struct BitWriter {
    var bytes: [UInt8] = []
    private var used = 8

    mutating func put(_ value: Int, _ count: Int) {
      for index in 0..<count {
        if used == 8 {
          bytes.append(0)
          used = 0
        }
        bytes[bytes.count - 1] |= UInt8(value >> index & 1) << used
        used += 1
      }
    }

    mutating func putCode(_ code: Int, _ count: Int) {
      for index in (0..<count).reversed() { put(code >> index & 1, 1) }
    }

    mutating func align() { used = 8 }
  }
}
