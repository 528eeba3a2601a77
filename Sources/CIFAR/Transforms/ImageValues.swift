/// The values of the record's pixels in an image as a function of the pixel, by channel:
/// `slope * (pixel - pivot) + value`.
///
/// After ``centre(on:)`` the pivot is the channel's mean pixel, so `value` is the channel's mean. In this form
/// equal channels stay equal to the last bit through every operation, and an image of one value becomes
/// exactly zero when it is standardised.
struct ImageValues {
  /// What a step of one in the pixel adds to the value.
  private(set) var slope = ChannelValues(repeating: 1)
  /// The pixel at which the value is `value`.
  private(set) var pivot = ChannelValues.zero
  /// The value at the pivot.
  private(set) var value = ChannelValues.zero

  /// Changes every value y to `(y - centre) * factor + offset`.
  @inline(__always)
  mutating func apply(centre: ChannelValues, factor: ChannelValues, offset: ChannelValues) {
    slope *= factor
    value = (value - centre) * factor + offset
  }

  /// Makes the means of the visible pixels the pivots.
  @inline(__always)
  mutating func centre(on statistics: PixelStatistics) {
    value += slope * (statistics.mean - pivot)
    pivot = statistics.mean
    // All pixels of such a channel are the pivot. Without a slope it cannot grow without bound either.
    for channel in 0..<CIFARImage.channelCount where statistics.spread[channel] == 0 { slope[channel] = 0 }
  }

  /// The form in which floats calculate exactly enough: `(pixel - reference) * slope + offset`.
  ///
  /// The reference is the whole pixel value nearest to where the result is zero. So the two terms never cancel
  /// from a magnitude far above the result's, however steep the slope is.
  @inline(__always)
  func floatForm() -> (reference: ChannelValues, offset: ChannelValues) {
    let zeros = pivot - value / slope
    let zero = ChannelValues(
      Self.limited(zeros.x, slope: slope.x), Self.limited(zeros.y, slope: slope.y),
      Self.limited(zeros.z, slope: slope.z))
    // 1.5 * 2^52 and back rounds to a whole number.
    let reference = (zero + 0x1.8p52) - 0x1.8p52
    return (reference, slope * (reference - pivot) + value)
  }

  /// A pixel value, or 0 for a channel without a slope, where none can be calculated.
  @inline(__always)
  private static func limited(_ pixel: Double, slope: Double) -> Double {
    slope == 0 ? 0 : min(max(pixel, 0), 255)
  }
}

/// What the visible pixels of an image say about its channels, from sums that are exact integers.
struct PixelStatistics {
  /// The number of visible pixels of the record.
  let count: Double
  /// The mean pixel of each channel; 0 without pixels.
  let mean: ChannelValues
  /// The sum of squared distances from the mean for each channel, times `count`: exact, and 0 only when all
  /// pixels of the channel are equal.
  let spread: ChannelValues

  /// From the sums of `count` pixels and of their squares.
  @inline(__always)
  init(count: Int, values: SIMD3<UInt64>, squares: SIMD3<UInt64>) {
    let number = UInt64(truncatingIfNeeded: count)
    self.count = Double(count)
    // At most 1,024 * 1,024 * 255 * 255, so nothing overflows, and a Double holds it exactly.
    spread = ChannelValues(
      Double(Int64(truncatingIfNeeded: number &* squares.x &- values.x &* values.x)),
      Double(Int64(truncatingIfNeeded: number &* squares.y &- values.y &* values.y)),
      Double(Int64(truncatingIfNeeded: number &* squares.z &- values.z &* values.z)))
    let sum = ChannelValues(
      Double(Int64(truncatingIfNeeded: values.x)), Double(Int64(truncatingIfNeeded: values.y)),
      Double(Int64(truncatingIfNeeded: values.z)))
    mean = count == 0 ? .zero : sum / self.count
  }
}
