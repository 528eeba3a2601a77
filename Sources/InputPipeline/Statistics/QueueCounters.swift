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
