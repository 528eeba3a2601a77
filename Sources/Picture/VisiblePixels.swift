/// The order of the axes of an image.
public enum ImageAxes: Sendable {
  /// `[height, width, channel]`.
  case heightWidthChannel
  /// `[channel, height, width]`.
  case channelHeightWidth
}

/// Turns the values of one image of three channels into bytes that can be looked at.
///
/// Transforms leave values of many ranges behind. Which values become 0 and 255 follows from the image:
///
/// - within 0 ... 1: 0 and 1;
/// - within 0 ... 255, and some above 16: 0 and 255, so that pixels that were only moved look untouched;
/// - otherwise at most 16 apart, as after a standardisation: the mean minus and plus 2.5 standard deviations;
/// - all else, as after a change of brightness: the smallest and the greatest value.
///
/// Values beyond become 0 or 255. What is not finite becomes magenta.
public enum VisiblePixels {
  /// Values of a standardised image are not further apart than this.
  static let standardisedSpan: Float = 16
  /// Standard deviations on each side of the mean that are told apart.
  static let visibleDeviations: Float = 2.5

  /// The bytes of an image, `[height, width, channel]`.
  ///
  /// - Parameters:
  ///   - values: `height * width * 3` values.
  ///   - axes: The order of `values`.
  public static func bytes(
    _ values: UnsafeBufferPointer<Float>, height: Int, width: Int, axes: ImageAxes
  ) -> [UInt8] {
    let (black, white) = visibleRange(values)
    let factor = white > black ? 255 / (white - black) : 0
    return interleaved(values, height: height, width: width, axes: axes) { red, green, blue in
      guard red.isFinite, green.isFinite, blue.isFinite else { return (255, 0, 255) }
      func byte(_ value: Float) -> UInt8 {
        UInt8(min(255, max(0, (value - black) * factor)).rounded())
      }
      return (byte(red), byte(green), byte(blue))
    }
  }

  /// The bytes of an image whose values are bytes, `[height, width, channel]`.
  ///
  /// - Parameters:
  ///   - values: `height * width * 3` values.
  ///   - axes: The order of `values`.
  public static func bytes(
    _ values: UnsafeBufferPointer<UInt8>, height: Int, width: Int, axes: ImageAxes
  ) -> [UInt8] {
    interleaved(values, height: height, width: width, axes: axes) { ($0, $1, $2) }
  }

  /// The values that become 0 and 255; equal if all values are.
  static func visibleRange(_ values: UnsafeBufferPointer<Float>) -> (black: Float, white: Float) {
    let finite = values.lazy.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return (0, 1) }
    if least >= 0 && greatest <= 1 { return (0, 1) }
    let span = greatest - least
    if least >= 0 && greatest <= 255 && greatest > standardisedSpan { return (0, 255) }
    guard span <= standardisedSpan, span > 0 else { return (least, greatest) }
    let count = Double(finite.reduce(0) { count, _ in count + 1 })
    let mean = finite.reduce(0) { $0 + Double($1) } / count
    let variance = finite.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    let reach = Double(visibleDeviations) * variance.squareRoot()
    return (Float(mean - reach), Float(mean + reach))
  }

  /// Calls `colour` with the three values of each pixel and puts the bytes in order.
  private static func interleaved<Value>(
    _ values: UnsafeBufferPointer<Value>, height: Int, width: Int, axes: ImageAxes,
    colour: (Value, Value, Value) -> (UInt8, UInt8, UInt8)
  ) -> [UInt8] {
    let count = height * width
    precondition(values.count == count * 3, "\(values.count) values for \(height) x \(width) x 3")
    let (pixelStep, channelStep) = axes == .heightWidthChannel ? (3, 1) : (1, count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count)
    for pixel in 0..<count {
      let place = pixel * pixelStep
      let (red, green, blue) = colour(
        values[place], values[place + channelStep], values[place + 2 * channelStep])
      bytes.append(red)
      bytes.append(green)
      bytes.append(blue)
    }
    return bytes
  }
}
