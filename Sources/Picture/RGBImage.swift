/// A picture of red, green and blue bytes that can be drawn on.
public struct RGBImage: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The pixels, `[height, width, channel]`.
  public private(set) var bytes: [UInt8]

  /// The most pixels that a side may have.
  public static let greatestSide = 32_768
  /// The most pixels in all: 192 MB.
  public static let greatestPixelCount = 67_108_864

  /// A picture of one colour.
  ///
  /// - Throws: ``PictureError/size(width:height:)`` if it has no pixel, or too many.
  public init(width: Int, height: Int, colour: RGBColour = .white) throws(PictureError) {
    let sides = 1...Self.greatestSide
    guard sides.contains(width), sides.contains(height), width * height <= Self.greatestPixelCount else {
      throw .size(width: width, height: height)
    }
    self.width = width
    self.height = height
    bytes = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height { set(pixel, colour) }
  }

  /// The colour of a pixel inside the picture.
  public func colour(column: Int, row: Int) -> RGBColour {
    let place = (row * width + column) * 3
    return RGBColour(bytes[place], bytes[place + 1], bytes[place + 2])
  }

  /// Draws pixels `[height, width, channel]`, each as a square of `scale` by `scale`.
  ///
  /// - Parameters:
  ///   - pixels: Rows of `pixelWidth` pixels of three bytes.
  ///   - column: Where the left edge goes; what lies outside of the picture is left out.
  ///   - row: Where the upper edge goes.
  ///   - scale: At least 1.
  mutating func draw(_ pixels: [UInt8], pixelWidth: Int, column: Int, row: Int, scale: Int) {
    let pixelHeight = pixels.count / (3 * pixelWidth)
    for y in max(0, row)..<max(0, row, min(height, row + pixelHeight * scale)) {
      for x in max(0, column)..<max(0, column, min(width, column + pixelWidth * scale)) {
        let from = ((y - row) / scale * pixelWidth + (x - column) / scale) * 3
        set(y * width + x, RGBColour(pixels[from], pixels[from + 1], pixels[from + 2]))
      }
    }
  }

  /// Writes a line of text with its upper left corner at a place; what lies outside is left out.
  ///
  /// - Parameter scale: Pixels for each pixel of the font, at least 1.
  mutating func write(_ text: some StringProtocol, column: Int, row: Int, scale: Int, colour: RGBColour) {
    for (number, character) in text.enumerated() {
      let left = column + number * BitmapFont.advance * scale
      for y in 0..<BitmapFont.height * scale where (0..<height).contains(row + y) {
        for x in 0..<BitmapFont.width * scale where (0..<width).contains(left + x) {
          guard BitmapFont.isInk(character, column: x / scale, row: y / scale) else { continue }
          set((row + y) * width + left + x, colour)
        }
      }
    }
  }

  /// Gives pixel `number`, counted row by row, a colour.
  private mutating func set(_ number: Int, _ colour: RGBColour) {
    bytes[3 * number] = colour.red
    bytes[3 * number + 1] = colour.green
    bytes[3 * number + 2] = colour.blue
  }
}

/// A colour of three bytes.
public struct RGBColour: Sendable, Equatable {
  /// 0 to 255.
  public let red: UInt8
  /// 0 to 255.
  public let green: UInt8
  /// 0 to 255.
  public let blue: UInt8

  /// A colour of these parts.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The ground of a sheet.
  public static let white = RGBColour(255, 255, 255)
  /// The ink of a sheet.
  public static let ink = RGBColour(32, 32, 40)
}
