import CZlib
import Testing

/// A small PNG reader for the tests: truecolour, eight bits, not interlaced.
struct PNGDecoder {
  let width: Int
  let height: Int
  /// The pixels, `[height, width, channel]`.
  let bytes: [UInt8]
  /// The numbers of the filters that were found.
  let filters: Set<UInt8>

  /// Reads a file and checks signature, chunk names, lengths and checksums.
  init(_ file: [UInt8]) throws {
    try #require(file.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    var chunks: [(name: String, data: [UInt8])] = []
    var place = 8
    while place < file.count {
      let length = Self.number(file, place)
      let checked = Array(file[place + 4..<place + 8 + length])
      try #require(Self.number(file, place + 8 + length) == Self.checksum(checked))
      chunks.append((String(decoding: checked.prefix(4), as: UTF8.self), Array(checked.dropFirst(4))))
      place += 12 + length
    }
    try #require(place == file.count)
    try #require(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    let header = chunks[0].data
    try #require(Array(header[8...]) == [8, 2, 0, 0, 0])
    width = Self.number(header, 0)
    height = Self.number(header, 4)
    (bytes, filters) = try Self.unfiltered(
      try Self.inflated(chunks[1].data, count: height * (3 * width + 1)), length: 3 * width)
  }

  private static func inflated(_ data: [UInt8], count: Int) throws -> [UInt8] {
    // One byte more shows a stream that is too long.
    var bytes = [UInt8](repeating: 0, count: count + 1)
    var length = uLong(bytes.count)
    try #require(uncompress(&bytes, &length, data, uLong(data.count)) == Z_OK)
    try #require(length == count)
    return bytes.dropLast()
  }

  /// Written from section 9 of the specification, apart from the encoder.
  private static func unfiltered(_ data: [UInt8], length: Int) throws -> ([UInt8], Set<UInt8>) {
    var rows: [[UInt8]] = [[UInt8](repeating: 0, count: length)]
    var filters: Set<UInt8> = []
    for start in stride(from: 0, to: data.count, by: length + 1) {
      var row = Array(data[start + 1...start + length])
      let above = rows[rows.count - 1]
      filters.insert(data[start])
      for x in 0..<length {
        let a = x < 3 ? 0 : Int(row[x - 3])
        let b = Int(above[x])
        let c = x < 3 ? 0 : Int(above[x - 3])
        let p = a + b - c
        let expected: Int
        switch data[start] {
        case 0: expected = 0
        case 1: expected = a
        case 2: expected = b
        case 3: expected = (a + b) >> 1
        case 4:
          let nearest = min(abs(p - a), abs(p - b), abs(p - c))
          expected = abs(p - a) == nearest ? a : abs(p - b) == nearest ? b : c
        default: throw UnknownFilter()
        }
        row[x] = UInt8((Int(row[x]) + expected) % 256)
      }
      rows.append(row)
    }
    return (Array(rows.dropFirst().joined()), filters)
  }

  struct UnknownFilter: Error {}

  private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
    bytes[place..<place + 4].reduce(0) { $0 * 256 + Int($1) }
  }

  /// The checksum of PNG chunks, bit by bit.
  ///
  /// Source: PNG specification, annex D.
  private static func checksum(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? 0xedb8_8320 ^ sum >> 1 : sum >> 1 }
    }
    return Int(~sum)
  }
}
