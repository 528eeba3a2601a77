/// The time that a ``LooperThread`` goes by; a test puts a clock of its own in its place.
public protocol LooperClock: Sendable {
  /// The present.
  var now: ContinuousClock.Instant { get }

  /// Waits until `deadline` or until `coordinator` is asked to stop; returns whether a stop was requested.
  ///
  /// A deadline in the past is no wait, but a stop is still noticed.
  func waitForStop(of coordinator: Coordinator, until deadline: ContinuousClock.Instant) -> Bool
}

extension ContinuousClock: LooperClock {
  /// Waits on the coordinator itself.
  public func waitForStop(of coordinator: Coordinator, until deadline: Instant) -> Bool {
    coordinator.waitForStop(deadline: deadline)
  }
}

/// A thread that repeats some work until its coordinator stops.
///
/// A stop is looked for before every repetition. An error of any of the closures requests a stop because of it.
/// Source: TensorFlow 1.x, `LooperThread` in `python/training/coordinator.py`.
public final class LooperThread: Sendable {
  /// The thread, registered with the coordinator.
  public let thread: PipelineThread

  /// A thread that will repeat `body` once it is started.
  ///
  /// - Parameters:
  ///   - name: The name of the thread.
  ///   - coordinator: Stops the thread, and is stopped by its errors.
  ///   - interval: The time from one start of `body` to the next; zero and `nil` mean back to back, and less than
  ///     zero traps. Starts that were missed because `body` took long are made up for without waiting.
  ///   - clock: The time that the interval is measured with.
  ///   - onStart: Runs once before the first repetition.
  ///   - onEnd: Runs once after the last repetition, unless there was an error.
  ///   - body: The work.
  public init(
    name: String, coordinator: Coordinator, interval: Duration? = nil,
    clock: any LooperClock = ContinuousClock(),
    onStart: @escaping @Sendable () throws -> Void = {},
    onEnd: @escaping @Sendable () throws -> Void = {},
    body: @escaping @Sendable () throws -> Void
  ) {
    let interval = interval ?? .zero
    require(interval >= .zero, "looper '\(name)': the interval is below zero")
    thread = PipelineThread(name: name, coordinator: coordinator) {
      try onStart()
      var next = clock.now
      while !Self.isStopRequested(coordinator, at: next, of: clock, isPaced: interval > .zero) {
        next += interval
        try body()
      }
      try onEnd()
    }
  }

  /// Starts the thread.
  ///
  /// Traps if it was started before.
  public func start(with starter: ThreadStarter = .system) throws(ThreadError) {
    try thread.start(with: starter)
  }

  private static func isStopRequested(
    _ coordinator: Coordinator, at next: ContinuousClock.Instant, of clock: any LooperClock, isPaced: Bool
  ) -> Bool {
    isPaced ? clock.waitForStop(of: coordinator, until: next) : coordinator.isStopRequested
  }
}
