import Platform

/// Tells the time and waits, so that tests can do without either.
public protocol DownloadClock: Sendable {
  /// The time since a fixed point; never goes back, whatever happens to the wall clock.
  var now: Duration { get }

  /// Waits for `duration`; ends early, within a tenth of a second, once `isStopped` is true.
  func pause(_ duration: Duration, unless isStopped: () -> Bool)
}

/// The system's monotonic clock.
public struct SystemClock: DownloadClock {
  /// A clock; all of them agree.
  public init() {}

  /// The time since the machine started.
  ///
  /// The corresponding C function is `clock_gettime`.
  public var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Sleeps in slices of at most 50 ms.
  public func pause(_ duration: Duration, unless isStopped: () -> Bool) {
    let end = now + duration
    while !isStopped() {
      let rest = end - now
      guard rest > .zero else { return }
      usleep(UInt32(min(rest, .milliseconds(50)) / .microseconds(1)))
    }
  }
}
