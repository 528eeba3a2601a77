import Testing

@testable import Picture

@Suite("Values that can be looked at")
struct VisiblePixelsTests {
  static func range(_ values: [Float]) -> [Float] {
    values.withUnsafeBufferPointer {
      let (black, white) = VisiblePixels.visibleRange($0)
      return [black, white]
    }
  }

  @Test(
    "the values tell what is black and what is white",
    arguments: [
      ([0, 0, 0], [0, 1]), ([0, 0.5, 1], [0, 1]), ([0, 17, 200], [0, 255]), ([100, 100, 100], [0, 255]),
      ([0, 12, 255], [0, 255]), ([-63, 12, 318], [-63, 318]), ([0, 12, 256], [0, 256]),
      ([-1, 1, -1, 1], [-2.5, 2.5]), ([-1, 1, 3, 5], [2 - 2.5 * 2.236_068, 2 + 2.5 * 2.236_068]),
      ([1, 3, 1, 3], [-0.5, 4.5]), ([-3, -3], [-3, -3]), ([.nan, 0.25, 0.75], [0, 1]),
      ([.nan, .infinity], [0, 1]), ([-40, 0, .infinity], [-40, 0]), ([], [0, 1]),
    ] as [([Float], [Float])])
  func range(values: [Float], expected: [Float]) {
    let found = Self.range(values)

    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
  }

  @Test("both orders of the axes give the same bytes")
  func axes() {
    // Two rows of three pixels; the value tells row, column and channel.
    let interleaved: [Float] = [0, 1, 2, 10, 11, 12, 20, 21, 22, 100, 101, 102, 110, 111, 112, 120, 121, 122]
    let planar = (0..<3).flatMap { channel in (0..<6).map { interleaved[$0 * 3 + channel] } }
    let expected = interleaved.map { UInt8($0) }

    let fromInterleaved = interleaved.withUnsafeBufferPointer {
      VisiblePixels.bytes($0, height: 2, width: 3, axes: .heightWidthChannel)
    }
    let fromPlanar = planar.withUnsafeBufferPointer {
      VisiblePixels.bytes($0, height: 2, width: 3, axes: .channelHeightWidth)
    }
    let fromBytes = planar.map { UInt8($0) }.withUnsafeBufferPointer {
      VisiblePixels.bytes($0, height: 2, width: 3, axes: .channelHeightWidth)
    }

    #expect(fromInterleaved == expected)
    #expect(fromPlanar == expected)
    #expect(fromBytes == expected)
  }

  @Test("values beyond are black or white, and what is not finite is magenta")
  func extremes() {
    let values: [Float] =
      [-9, -1, 1, 9, 0, 0, .nan, 1, 1, -.infinity, 0, 0] + Array(repeating: [-1, 1], count: 30).joined()
    let bytes = values.withUnsafeBufferPointer {
      VisiblePixels.bytes($0, height: 24, width: 1, axes: .heightWidthChannel)
    }

    #expect(bytes[0] == 0)
    #expect(bytes[3] == 255)
    #expect(bytes[4] == 128 || bytes[4] == 127)
    #expect(Array(bytes[6..<12]) == [255, 0, 255, 255, 0, 255])
    #expect(bytes[1] > 0 && bytes[2] < 255 && bytes[1] < bytes[2])
  }

  @Test("an image of one value has one colour", arguments: [Float(-3), 0, 7, 100])
  func constant(value: Float) {
    let values = [Float](repeating: value, count: 12)
    let bytes = values.withUnsafeBufferPointer {
      VisiblePixels.bytes($0, height: 2, width: 2, axes: .heightWidthChannel)
    }

    #expect(Set(bytes) == [value == 100 ? 100 : 0])
  }
}
