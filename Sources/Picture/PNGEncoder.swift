import CZlib

/// Makes PNG files of eight bits for each of red, green and blue.
///
/// Equal pictures give equal bytes with the same zlib. Source: PNG specification (third edition),
/// https://www.w3.org/TR/png-3/.
public enum PNGEncoder {
  /// The bytes of a PNG file.
  ///
  /// - Parameter checkpoint: Called for each row.
  /// - Throws: ``PictureError/compression(code:)`` if there is no memory for the compressor; what `checkpoint` throws.
  public static func encode(_ image: RGBImage, checkpoint: () throws -> Void = {}) throws -> [UInt8] {
    var header = bigEndian(UInt32(image.width)) + bigEndian(UInt32(image.height))
    // Bits of a channel, colour type "truecolour", the only compression and filter methods, not interlaced.
    header += [8, 2, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    append("IHDR", header, to: &file)
    append("IDAT", try compressed(image, checkpoint), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// The rows of the picture as a zlib stream, each after the number of the filter with the smallest differences.
  ///
  /// Source: PNG specification, section 12.7, "Filter selection", the minimum sum of absolute differences.
  private static func compressed(_ image: RGBImage, _ checkpoint: () throws -> Void) throws -> [UInt8] {
    var compressor = try Compressor()
    let length = image.width * 3
    var previous = [UInt8](repeating: 0, count: length)[...]
    var candidate = [UInt8](repeating: 0, count: length)
    var best = candidate
    for start in stride(from: 0, to: image.bytes.count, by: length) {
      try checkpoint()
      let row = image.bytes[start..<start + length]
      var (bestFilter, leastSum) = (PNGFilter.none, Int.max)
      for filter in PNGFilter.allCases {
        filter.apply(to: row, previous: previous, into: &candidate)
        let sum = candidate.reduce(0) { $0 + abs(Int(Int8(bitPattern: $1))) }
        guard sum < leastSum else { continue }
        (bestFilter, leastSum) = (filter, sum)
        swap(&best, &candidate)
      }
      try compressor.add([bestFilter.rawValue])
      try compressor.add(best)
      previous = row
    }
    return try compressor.finish()
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

/// A zlib stream that grows piece by piece.
///
/// The corresponding C function is `deflate`.
private struct Compressor: ~Copyable {
  /// At one address, which zlib remembers.
  private let stream: UnsafeMutablePointer<z_stream>
  private var piece = [UInt8](repeating: 0, count: 1 << 16)
  private var compressed: [UInt8] = []

  init() throws(PictureError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = deflateInit_(
      stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      stream.deallocate()
      throw .compression(code: code)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  mutating func add(_ bytes: [UInt8]) throws(PictureError) {
    try deflate(bytes, Z_NO_FLUSH)
  }

  /// The whole stream.
  consuming func finish() throws(PictureError) -> [UInt8] {
    try deflate([], Z_FINISH)
    return compressed
  }

  private mutating func deflate(_ bytes: [UInt8], _ flush: Int32) throws(PictureError) {
    var code = Z_OK
    bytes.withUnsafeBufferPointer { bytes in
      // zlib only reads from it.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      stream.pointee.avail_in = uInt(bytes.count)
      repeat {
        let free = piece.withUnsafeMutableBufferPointer { piece in
          stream.pointee.next_out = piece.baseAddress
          stream.pointee.avail_out = uInt(piece.count)
          code = CZlib.deflate(stream, flush)
          return Int(stream.pointee.avail_out)
        }
        compressed += piece[..<(piece.count - free)]
      } while code == Z_OK && stream.pointee.avail_out == 0
    }
    // With nothing left to do there is "no progress", which is no error.
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw .compression(code: code) }
  }
}
