import InputPipeline

/// A clock that stands still until the test moves it.
public final class ManualClock: LooperClock {
  private struct State {
    var now: ContinuousClock.Instant
    var sleepers: [(deadline: ContinuousClock.Instant, gate: Gate)] = []
    /// Gates of tests that wait for the n-th sleep.
    var watchers: [(count: Int, gate: Gate)] = []
    var sleepCount = 0
  }

  private let state: Monitor<State>

  /// When the clock was made.
  public let start: ContinuousClock.Instant

  /// A clock that shows some arbitrary time.
  public init() {
    start = .now
    state = Monitor(State(now: start))
  }

  /// The time that the test has set.
  public var now: ContinuousClock.Instant { state.withLock { $0.now } }

  /// Moves the time on and wakes the sleepers whose deadline has come.
  public func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let now = state.now
      let due = state.sleepers.filter { $0.deadline <= now }
      state.sleepers.removeAll { $0.deadline <= now }
      return due
    }
    for sleeper in due { sleeper.gate.open() }
  }

  /// Waits until threads have gone to sleep `count` times in all since the clock was made.
  public func waitForSleeps(_ count: Int) {
    let gate = Gate()
    let isReached = state.withLock { state in
      state.watchers.append((count, gate))
      return state.sleepCount >= count
    }
    if !isReached { gate.wait() }
  }

  /// Waits in manual time; a stop ends the wait.
  public func waitForStop(of coordinator: Coordinator, until deadline: ContinuousClock.Instant) -> Bool {
    let gate = Gate()
    let watchers: [Gate]? = state.withLock { state in
      guard state.now < deadline && !coordinator.isStopRequested else { return nil }
      state.sleepers.append((deadline, gate))
      state.sleepCount += 1
      let count = state.sleepCount
      return state.watchers.filter { $0.count <= count }.map(\.gate)
    }
    if let watchers {
      for watcher in watchers { watcher.open() }
      coordinator.onStop { gate.open() }
      gate.wait()
    }
    return coordinator.isStopRequested
  }
}
