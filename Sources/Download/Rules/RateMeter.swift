/// Measures how fast a body arrives, over the last few seconds.
///
/// The clock is the caller's: every method gets the time, counted from any fixed point.
struct RateMeter {
  private struct Sample {
    var time: Duration
    var byteCount: Int
  }

  /// The time over which the rate is measured.
  let window: Duration
  private var samples: [Sample]
  private let start: Duration

  /// A meter that begins at `start` with nothing received.
  init(window: Duration, start: Duration) {
    self.window = window
    self.start = start
    samples = [Sample(time: start, byteCount: 0)]
  }

  /// Notes that `byteCount` bytes have arrived in all.
  mutating func note(_ byteCount: Int, at now: Duration) {
    // Sixteen samples a window are enough, and bound the memory.
    guard now - samples[samples.count - 1].time >= window / 16 else { return }
    samples.append(Sample(time: now, byteCount: byteCount))
    while samples.count > 2, samples[1].time <= now - window { samples.removeFirst() }
  }

  /// Bytes per second over the last window, or since the start if that is shorter.
  func rate(_ byteCount: Int, at now: Duration) -> Int {
    let elapsed = now - samples[0].time
    guard elapsed > .zero else { return 0 }
    return Int(Double(byteCount - samples[0].byteCount) / (elapsed / .seconds(1)))
  }

  /// Whether a whole window has passed, so that the rate means something.
  func isConclusive(at now: Duration) -> Bool { now - start >= window }
}
