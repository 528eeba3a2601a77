/// When how many bytes may have come, for a rate that is not to be exceeded.
struct RatePacer {
  /// The most bytes in a second.
  let bytesPerSecond: Int
  private var start: ContinuousClock.Instant?
  private var byteCount = 0

  init(bytesPerSecond: Int) {
    self.bytesPerSecond = bytesPerSecond
  }

  /// Counts bytes that have come, and tells when they may have come at the earliest.
  mutating func due(after count: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    let begun = start ?? now
    start = begun
    byteCount += count
    return begun + .seconds(Double(byteCount) / Double(bytesPerSecond))
  }
}
