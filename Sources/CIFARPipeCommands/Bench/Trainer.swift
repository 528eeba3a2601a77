import ArgumentParser
import Platform

/// A simulated trainer that is busy for a fixed time with each batch.
///
/// Steps end at times that follow from the steps before, so that a late wake-up in one shortens the next and
/// does not slow the trainer down.
struct Trainer {
  /// How long a step takes.
  let stepTime: Duration
  private(set) var steps = 0
  /// The time spent waiting for batches, that for the first one apart.
  private(set) var starved = Duration.zero
  /// When the last step should have ended.
  private var end = ContinuousClock.now

  /// A trainer that has done no step.
  init(stepTime: Duration) {
    self.stepTime = stepTime
  }

  /// Does one step after a wait for its batch.
  mutating func step(after wait: Duration) {
    let end = begin(after: wait, at: .now)
    var rest = ContinuousClock.now.duration(to: end)
    while rest > .zero {
      var time = timespec(
        tv_sec: Int(rest.components.seconds), tv_nsec: Int(rest.components.attoseconds / 1_000_000_000))
      nanosleep(&time, nil)
      if SignalTrap.shared.signal != nil { return }
      rest = ContinuousClock.now.duration(to: end)
    }
  }

  /// Begins a step after a wait for its batch, and tells when it ends.
  mutating func begin(after wait: Duration, at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    if steps > 0 {
      starved += wait
      end += wait + stepTime
    } else {
      end = now + stepTime
    }
    steps += 1
    return end
  }

  /// The share of the time that the trainer was busy, in percent; the wait for the first batch is left out.
  ///
  /// `nil` before the first step.
  /// Source: MLPerf Storage, `AU % = total_compute_time / total_running_time * 100`.
  var utilisation: Double? {
    guard steps > 0 else { return nil }
    let busy = Double(steps) * stepTime.inSeconds
    return busy / (busy + starved.inSeconds) * 100
  }
}

/// A duration of the command line with its unit: `12ms`, `250us`, `1.5s`.
struct StepTime: Sendable {
  /// The duration; above 0 and at most an hour.
  let duration: Duration

  /// A parser that says what a duration looks like.
  @Sendable static func parse(_ text: String) throws -> StepTime {
    guard let time = StepTime(text) else {
      let number = Double(text) == nil ? "" : " (did you mean '\(text)ms' or '\(text)s'?)"
      throw ValidationError(
        "expected a number above 0 and its unit, us, ms or s, such as 12ms, of at most an hour\(number)")
    }
    return time
  }

  init?(_ text: String) {
    let units: [(String, Double)] = [("us", 1e-6), ("ms", 1e-3), ("s", 1)]
    guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count)), number > 0, number * factor <= 3600
    else { return nil }
    duration = .nanoseconds(Int64(number * factor * 1e9))
  }
}
