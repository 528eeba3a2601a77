import Testing

@testable import Picture

@Suite("PNG files")
struct PNGEncoderTests {
  /// A picture whose bytes come from a function of column, row and channel.
  static func image(_ width: Int, _ height: Int, _ byte: (Int, Int, Int) -> Int) throws -> RGBImage {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<3 { pixels.append(UInt8(byte(column, row, channel) & 255)) }
      }
    }
    var image = try RGBImage(width: width, height: height)
    image.draw(pixels, pixelWidth: width, column: 0, row: 0, scale: 1)
    #expect(image.bytes == pixels)
    return image
  }

  @Test(
    "a decoder finds the pixels again",
    arguments: [(1, 1), (1, 50), (50, 1), (33, 17), (200, 150)])
  func roundTrip(width: Int, height: Int) throws {
    let pictures = [
      try Self.image(width, height) { _, _, _ in 255 },
      try Self.image(width, height) { $0 * 3 + $2 * 40 + $1 * 0 },
      try Self.image(width, height) { $1 * 5 + $2 * 0 + $0 * 0 },
      try Self.image(width, height) { ($0 * $0 + $1 * $1) / 16 + $2 },
      try Self.image(width, height) { ($0 * 7_919 + $1 * 104_729 + $2 * 31) * 2_654_435_761 >> 13 },
    ]
    for picture in pictures {
      let decoded = try PNGDecoder(PNGEncoder.encode(picture))

      #expect(decoded.width == width)
      #expect(decoded.height == height)
      #expect(decoded.bytes == picture.bytes)
    }
  }

  @Test("the filter follows the picture")
  func filters() throws {
    let gradient = try PNGDecoder(PNGEncoder.encode(try Self.image(64, 64) { ($0 * $0 + $1 * $1) / 16 + $2 }))
    let flat = try PNGDecoder(PNGEncoder.encode(try Self.image(64, 64) { _, _, _ in 0 }))

    #expect(!gradient.filters.contains(0))
    #expect(flat.filters == [0])
  }

  @Test("equal pictures give equal bytes")
  func determinism() throws {
    let picture = try Self.image(40, 30) { $0 * $1 + $2 }

    #expect(try PNGEncoder.encode(picture) == PNGEncoder.encode(picture))
  }

  @Test(
    "a picture without pixels, or with too many, is refused before memory is taken",
    arguments: [(0, 1), (1, 0), (-1, 5), (32_769, 1), (1, 32_769), (16_384, 4_097), (Int.max, Int.max)])
  func sizes(width: Int, height: Int) {
    #expect(throws: PictureError.size(width: width, height: height)) {
      try RGBImage(width: width, height: height)
    }
  }

  @Test("messages name limits and findings")
  func messages() {
    #expect(
      PictureError.size(width: 0, height: 7).description
        == "picture: size out of range (expected 1 to 32768 pixels a side and at most 67108864 in all, "
        + "found 0 x 7)")
    #expect(PictureError.compression(code: -4).description == "picture: zlib cannot compress it (code -4)")
  }
}
