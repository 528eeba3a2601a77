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
