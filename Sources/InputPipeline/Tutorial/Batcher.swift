import Threads

/// Collects examples into batches of one size, by a queue and threads that fill it.
///
/// Start it, then take batches: one by one, in a `for` loop, or in a task through ``batches(_:)``. Any number of
/// threads may take batches; each example is in one batch only.
/// Source: TensorFlow 1.x, `python/training/input.py`.
public struct Batcher<Element: Sendable>: Sequence, IteratorProtocol, Sendable {
  /// The capacity of a batcher without shuffling unless another is given, as in TensorFlow.
  public static var defaultCapacity: Int { 32 }

  /// Where the examples wait.
  public let queue: any BlockingQueue<Element>

  /// The threads that fill the queue.
  public let runner: QueueRunner

  /// The examples of a batch.
  public let batchSize: Int

  /// Whether the last examples make a batch although they are too few.
  public let keepsSmallerFinalBatch: Bool

  /// The examples that stay in the queue while input goes on; `nil` without shuffling.
  public let minAfterDequeue: Int?

  /// Dequeues a batch; compiled for the queue's own type.
  @usableFromInline let take: @Sendable (ContinuousClock.Instant?) throws(QueueError) -> [Element]?

  /// - Parameters:
  ///   - sources: At least one; traps otherwise.
  ///   - batchSize: At least 1; traps otherwise.
  @inlinable
  init(
    queue: some BlockingQueue<Element>, minAfterDequeue: Int?, sources: [ExampleSource<Element>],
    batchSize: Int, keepsSmallerFinalBatch: Bool
  ) {
    require(batchSize >= 1, "batcher '\(queue.name)': a batch has at least one example")
    self.queue = queue
    self.minAfterDequeue = minAfterDequeue
    self.batchSize = batchSize
    self.keepsSmallerFinalBatch = keepsSmallerFinalBatch
    runner = QueueRunner(queue: queue, operations: sources.map { $0.operation(for: queue) })
    take = { deadline throws(QueueError) in
      keepsSmallerFinalBatch
        ? try queue.dequeueUpTo(batchSize, deadline: deadline)
        : try queue.dequeueMany(batchSize, deadline: deadline)
    }
  }

  // MARK: Taking batches

  /// Starts the threads, stopped by `coordinator`; see ``QueueRunner/start(_:with:)``.
  public func start(
    _ coordinator: Coordinator, with starter: ThreadStarter = .system
  ) throws(ThreadError) {
    try runner.start(coordinator, with: starter)
  }

  /// Takes the next batch, waiting until it is complete.
  ///
  /// What ends the wait: a complete batch, the end of input or a stop.
  ///
  /// - Returns: A batch of ``batchSize`` examples, or a shorter last one if the batcher keeps it; `nil` at the end.
  ///   After an error too: ``Coordinator/join(_:gracePeriod:ignoringStragglers:)`` tells. What is too little
  ///   for a batch is left in the queue.
  @inlinable
  public func next() -> [Element]? {
    queue.withoutDeadline { () throws(QueueError) in try take(nil) }
  }

  /// Takes the next batch as ``next()`` does, but waits no longer than to the deadline.
  ///
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)``; no example is lost.
  @inlinable
  public func next(deadline: ContinuousClock.Instant) throws(QueueError) -> [Element]? {
    try take(deadline)
  }

  /// The batches for a task, taken on a thread of their own that `coordinator` stops.
  public func batches(_ coordinator: Coordinator) -> BatchSequence<[Element]> {
    BatchSequence(coordinator, name: "\(queue.name)-batches") { next() }
  }

  // MARK: Fullness

  /// The share of the queue that is in use above the minimum, from 0 to 1; 0 for a capacity of 0.
  public var fractionFull: Double {
    let minimum = minAfterDequeue ?? 0
    let usable = queue.capacity - minimum
    // What a dequeue that gave up has put back may be more than the capacity.
    return usable == 0 ? 0 : Swift.min(1, Double(Swift.max(0, queue.size - minimum)) / Double(usable))
  }

  /// TensorFlow's name for ``fractionFull`` in summaries.
  public var fractionFullName: String {
    guard let minAfterDequeue else { return "fraction_of_\(queue.capacity)_full" }
    return "fraction_over_\(minAfterDequeue)_of_\(queue.capacity - minAfterDequeue)_full"
  }
}

extension Array {
  /// The components of all examples, an array for each: what TensorFlow's batchers give out.
  ///
  ///     let (images, labels) = batcher.next()!.columns()
  public func columns<each Value>() -> (repeat [each Value]) where Element == (repeat each Value) {
    let columns = (repeat Column<each Value>(capacity: count))
    for example in self { repeat (each columns).values.append(each example) }
    return (repeat (each columns).values)
  }
}

/// One component of all examples; a class, because a pack of arrays cannot be changed in place.
private final class Column<Value> {
  var values: [Value] = []

  init(capacity: Int) {
    values.reserveCapacity(capacity)
  }
}
