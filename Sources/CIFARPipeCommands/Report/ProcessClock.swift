import Glibc

/// The age of the process.
enum ProcessClock {
  /// When ``begin()`` was called, and the processor time that the process had used by then.
  ///
  /// Before its first line a process does nothing but load: its processor time stands for the time since exec,
  /// which the kernel itself tells only in hundredths of a second.
  private static let entry: (instant: ContinuousClock.Instant, used: Duration) = {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return (.now, .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
  }()

  /// Notes the time; the first line of the program.
  static func begin() {
    _ = entry
  }

  /// The time since the process began.
  static func sinceStart() -> Duration {
    entry.instant.duration(to: .now) + entry.used
  }
}
