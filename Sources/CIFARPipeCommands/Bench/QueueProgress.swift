import InputPipeline

/// When each queue got its last element, as far as looking now and then can tell.
///
/// A stage that has put in its last element is done: from then on it neither works nor waits.
struct QueueProgress {
  /// The time between two looks; the end of a stage is known to about this.
  static let interval = Duration.milliseconds(1)

  private var seen: [String: (count: Int, at: Duration)] = [:]
  private var next = Duration.zero
  /// How often the queues were looked at.
  private(set) var looks = 0

  /// Whether it is time for another look.
  func isDue(at elapsed: Duration) -> Bool { elapsed >= next }

  /// Notes what the queues say `elapsed` after the start of the run.
  mutating func observe(_ queues: [QueueStatistics], at elapsed: Duration) {
    next = elapsed + Self.interval
    looks += 1
    for queue in queues where seen[queue.name]?.count != queue.enqueuedCount {
      seen[queue.name] = (queue.enqueuedCount, elapsed)
    }
  }

  /// When the queue got its last element; `nil` for a queue that was never seen.
  func lastEnqueue(of name: String) -> Duration? {
    seen[name]?.at
  }
}
