/// What has passed through a queue since it was made, and how long its callers waited.
public struct QueueStatistics: Sendable, Equatable {
  /// The name of the queue.
  public var name: String
  /// The most elements the queue may hold.
  public var capacity: Int
  /// The elements stored at the moment of the question.
  public var size: Int
  /// Elements put in so far.
  public var enqueuedCount: Int
  /// Elements taken out so far.
  public var dequeuedCount: Int
  /// The sum of the waiting times of all producers.
  public var enqueueWait: Duration
  /// The sum of the waiting times of all consumers.
  public var dequeueWait: Duration
  /// How often a producer had to wait.
  public var enqueueWaitCount: Int
  /// How often a consumer had to wait.
  public var dequeueWaitCount: Int
  /// Producers that wait at the moment of the question.
  public var waitingEnqueueCount: Int
  /// Consumers that wait at the moment of the question.
  public var waitingDequeueCount: Int
  /// The size seen by each dequeue, added up; divided by ``dequeueSampleCount`` it is the mean occupancy.
  public var dequeueSizeSum: Int
  /// How many dequeues added to ``dequeueSizeSum``.
  public var dequeueSampleCount: Int

  /// The mean number of elements that dequeues found stored, 0 before the first.
  public var meanOccupancy: Double {
    dequeueSampleCount == 0 ? 0 : Double(dequeueSizeSum) / Double(dequeueSampleCount)
  }
}

/// Running totals of one queue; see ``QueueStatistics``.
@usableFromInline
struct QueueCounters {
  @usableFromInline var enqueued = 0
  @usableFromInline var dequeued = 0
  @usableFromInline var sizeSum = 0
  @usableFromInline var samples = 0
  @usableFromInline var enqueueWaits = WaitTotal()
  @usableFromInline var dequeueWaits = WaitTotal()

  @inlinable init() {}

  /// Notes the size that a dequeue found.
  @inlinable
  mutating func sample(size: Int) {
    sizeSum += size
    samples += 1
  }

  /// The totals with the facts that the queue itself knows.
  func statistics(name: String, capacity: Int, size: Int) -> QueueStatistics {
    QueueStatistics(
      name: name, capacity: capacity, size: size, enqueuedCount: enqueued, dequeuedCount: dequeued,
      enqueueWait: enqueueWaits.total, dequeueWait: dequeueWaits.total,
      enqueueWaitCount: enqueueWaits.count, dequeueWaitCount: dequeueWaits.count,
      waitingEnqueueCount: enqueueWaits.waiting, waitingDequeueCount: dequeueWaits.waiting,
      dequeueSizeSum: sizeSum,
      dequeueSampleCount: samples)
  }
}

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
