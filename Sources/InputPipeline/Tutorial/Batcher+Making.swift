import Threads

extension Batcher {
  /// A batcher in the order of the input; with several threads each thread's order is kept.
  ///
  /// - Parameters:
  ///   - source: Where the examples come from; is used by all threads.
  ///   - batchSize: The examples of a batch, at least 1; traps otherwise.
  ///   - threads: At least 1; traps otherwise.
  ///   - capacity: The most examples that wait in the queue; may be less than a batch.
  ///   - keepsSmallerFinalBatch: Whether the last examples make a batch although they are too few.
  ///   - name: The name of the queue.
  @inlinable
  public static func batch(
    _ source: ExampleSource<Element>, batchSize: Int, threads: Int = 1, capacity: Int = defaultCapacity,
    keepsSmallerFinalBatch: Bool = false, name: String = "batch"
  ) -> Batcher {
    require(threads >= 1, "batcher '\(name)' needs at least one thread")
    return batchJoin(
      Array(repeating: source, count: threads), batchSize: batchSize, capacity: capacity,
      keepsSmallerFinalBatch: keepsSmallerFinalBatch, name: name)
  }

  /// A batcher with one thread for each source; the order of each source is kept.
  ///
  /// The other parameters are those of ``batch(_:batchSize:threads:capacity:keepsSmallerFinalBatch:name:)``.
  ///
  /// - Parameter sources: At least one; traps otherwise.
  @inlinable
  public static func batchJoin(
    _ sources: [ExampleSource<Element>], batchSize: Int, capacity: Int = defaultCapacity,
    keepsSmallerFinalBatch: Bool = false, name: String = "batch_join"
  ) -> Batcher {
    Batcher(
      queue: FIFOQueue<Element>(name: name, capacity: capacity), minAfterDequeue: nil, sources: sources,
      batchSize: batchSize, keepsSmallerFinalBatch: keepsSmallerFinalBatch)
  }

  /// A batcher in random order.
  ///
  /// The tutorial's sizing is a capacity of `minAfterDequeue` and three batches.
  ///
  /// - Parameters:
  ///   - source: Where the examples come from; is used by all threads.
  ///   - batchSize: The examples of a batch, at least 1; traps otherwise.
  ///   - capacity: The most examples that wait in the queue.
  ///   - minAfterDequeue: The examples that stay in the queue for good mixing while input goes on.
  ///   - seed: Equal seeds give equal draws; the order is repeatable only with one thread and steady timing.
  ///     `nil` draws a seed.
  ///   - threads: At least 1; traps otherwise.
  ///   - keepsSmallerFinalBatch: Whether the last examples make a batch although they are too few.
  ///   - name: The name of the queue.
  /// - Throws: ``QueueError/minimumNotBelowCapacity(queue:minAfterDequeue:capacity:)``.
  @inlinable
  public static func shuffleBatch(
    _ source: ExampleSource<Element>, batchSize: Int, capacity: Int, minAfterDequeue: Int,
    seed: UInt64? = nil, threads: Int = 1, keepsSmallerFinalBatch: Bool = false,
    name: String = "shuffle_batch"
  ) throws(QueueError) -> Batcher {
    require(threads >= 1, "batcher '\(name)' needs at least one thread")
    return try shuffleBatchJoin(
      Array(repeating: source, count: threads), batchSize: batchSize, capacity: capacity,
      minAfterDequeue: minAfterDequeue, seed: seed, keepsSmallerFinalBatch: keepsSmallerFinalBatch,
      name: name)
  }

  /// A batcher in random order with one thread for each source.
  ///
  /// The other parameters and the error are those of the batcher in random order with one source.
  ///
  /// - Parameter sources: At least one; traps otherwise.
  @inlinable
  public static func shuffleBatchJoin(
    _ sources: [ExampleSource<Element>], batchSize: Int, capacity: Int, minAfterDequeue: Int,
    seed: UInt64? = nil, keepsSmallerFinalBatch: Bool = false, name: String = "shuffle_batch_join"
  ) throws(QueueError) -> Batcher {
    let queue = try RandomShuffleQueue<Element>(
      name: name, capacity: capacity, minAfterDequeue: minAfterDequeue, seed: seed)
    return Batcher(
      queue: queue, minAfterDequeue: minAfterDequeue, sources: sources, batchSize: batchSize,
      keepsSmallerFinalBatch: keepsSmallerFinalBatch)
  }
}

extension Batcher where Element == Void {
  /// Takes the place of the other `batchJoin` where sources of several types stand in one array: their closures then
  /// pass for closures that give nothing.
  @available(*, deprecated, message: "all sources of a join give examples of one type; these give nothing")
  public static func batchJoin(
    _ sources: [ExampleSource<Void>], batchSize: Int, capacity: Int = 32,
    keepsSmallerFinalBatch: Bool = false,
    name: String = "batch_join"
  ) -> Batcher {
    misuse("batcher '\(name)': all sources give examples of one type")
  }
}
