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
