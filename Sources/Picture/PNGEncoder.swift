import CZlib

/// Makes PNG files of eight bits for each of red, green and blue.
///
/// Equal pictures give equal bytes with the same zlib. Source: PNG specification (third edition),
/// https://www.w3.org/TR/png-3/.
public enum PNGEncoder {
  /// The bytes of a PNG file.
  ///
  /// - Throws: ``PictureError/compression(code:)`` if there is no memory for the compressor.
  public static func encode(_ image: RGBImage) throws(PictureError) -> [UInt8] {
    var header = bigEndian(UInt32(image.width)) + bigEndian(UInt32(image.height))
    // Bits of a channel, colour type "truecolour", the only compression and filter methods, not interlaced.
    header += [8, 2, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    append("IHDR", header, to: &file)
    append("IDAT", try compressed(filtered(image)), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// The rows of the picture, each after the number of the filter with the smallest differences.
  ///
  /// Source: PNG specification, section 12.7, "Filter selection", the minimum sum of absolute differences.
  private static func filtered(_ image: RGBImage) -> [UInt8] {
    let length = image.width * 3
    var bytes: [UInt8] = []
    bytes.reserveCapacity(image.height * (length + 1))
    var previous = [UInt8](repeating: 0, count: length)[...]
    var candidate = [UInt8](repeating: 0, count: length)
    var best = candidate
    for start in stride(from: 0, to: image.bytes.count, by: length) {
      let row = image.bytes[start..<start + length]
      var (bestFilter, leastSum) = (PNGFilter.none, Int.max)
      for filter in PNGFilter.allCases {
        filter.apply(to: row, previous: previous, into: &candidate)
        let sum = candidate.reduce(0) { $0 + abs(Int(Int8(bitPattern: $1))) }
        guard sum < leastSum else { continue }
        (bestFilter, leastSum) = (filter, sum)
        swap(&best, &candidate)
      }
      bytes.append(bestFilter.rawValue)
      bytes += best
      previous = row
    }
    return bytes
  }

  /// The bytes as a zlib stream.
  ///
  /// The corresponding C function is `compress2`.
  private static func compressed(_ bytes: [UInt8]) throws(PictureError) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var code = Z_OK
    let compressed = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      code = compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
      count = code == Z_OK ? Int(length) : 0
    }
    guard code == Z_OK else { throw .compression(code: code) }
    return compressed
  }

  /// Adds a chunk: length, name, data, and the checksum of name and data.
  private static func append(_ name: String, _ data: [UInt8], to file: inout [UInt8]) {
    let checked = Array(name.utf8) + data
    file += bigEndian(UInt32(data.count))
    file += checked
    file += bigEndian(UInt32(crc32(0, checked, uInt(checked.count))))
  }

  /// The four bytes of a number, the highest first.
  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
