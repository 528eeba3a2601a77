import Glibc

/// A simulated trainer that is busy for a fixed time with each batch.
///
/// Steps end at absolute times, so that a late wake-up in one does not lengthen the run.
struct Trainer {
  /// How long a step takes.
  let stepTime: Duration
  /// Steps done.
  private(set) var steps = 0
  /// The time spent waiting for batches, that for the first one apart.
  private(set) var starved = Duration.zero

  /// A trainer that has done no step.
  init(stepTime: Duration) {
    self.stepTime = stepTime
  }

  /// Does one step after a wait for its batch.
  mutating func step(after wait: Duration) {
    let end = ContinuousClock.now + stepTime
    if steps > 0 { starved += wait }
    steps += 1
    var rest = ContinuousClock.now.duration(to: end)
    while rest > .zero {
      var time = timespec(
        tv_sec: Int(rest.components.seconds), tv_nsec: Int(rest.components.attoseconds / 1_000_000_000))
      nanosleep(&time, nil)
      if SignalTrap.shared.signal != nil { return }
      rest = ContinuousClock.now.duration(to: end)
    }
  }

  /// The share of the time that the trainer was busy, in percent; the wait for the first batch is left out.
  ///
  /// Source: MLPerf Storage, `AU % = total_compute_time / total_running_time * 100`.
  var utilisation: Double {
    let busy = Double(steps) * stepTime.inSeconds
    return busy / (busy + starved.inSeconds) * 100
  }
}
