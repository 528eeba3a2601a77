/// The waiting time of any number of threads, those that wait at the moment of the question included.
@usableFromInline
struct WaitTotal: Sendable {
  /// Instants are kept as times since this one.
  private static let origin = ContinuousClock.now

  /// The ends of all waits that are over, minus the begins of all waits.
  private var sum = Duration.zero
  /// Threads that wait now.
  private(set) var waiting = 0
  /// Waits that have begun.
  private(set) var count = 0

  @usableFromInline init() {}

  /// Notes that a thread begins to wait.
  @usableFromInline
  mutating func begin() {
    sum -= Self.now
    waiting += 1
    count += 1
  }

  /// Notes that a thread waits no longer.
  @usableFromInline
  mutating func end() {
    sum += Self.now
    waiting -= 1
  }

  /// The waiting time of all threads up to now.
  var total: Duration { sum + Self.now * waiting }

  private static var now: Duration { origin.duration(to: .now) }
}
