/// The queue of record references between reader and batcher: shuffled or in order.
///
/// Closures instead of `any BlockingQueue`: each is compiled for the one kind of queue that it calls, whereas a
/// generic queue behind a protocol would look up every single element's size and copy at run time.
struct ReferenceQueue: Sendable {
  let enqueue: @Sendable ([RecordReference]) throws -> Void
  /// At least and at most so many references; see ``BlockingQueue/dequeueAvailable(atLeast:atMost:)``.
  let dequeue: @Sendable (Int, Int) -> [RecordReference]?
  let statistics: @Sendable () -> QueueStatistics
  let queue: any Closable

  /// The queue that `options` ask for, with the draws of `firstEpoch` first.
  init(
    _ options: RecordPipelineOptions, recordCount: Int, generator: CounterGenerator, firstEpoch: Int
  ) throws(QueueError) {
    switch options.order {
    case .asStored:
      self.init(FIFOQueue<RecordReference>(name: "records", capacity: options.queueCapacity))
    case .shuffled(let minAfterDequeue, capacity: _):
      self.init(
        try RandomShuffleQueue<RecordReference>(
          name: "shuffle", capacity: options.queueCapacity, minAfterDequeue: minAfterDequeue,
          seed: generator.key,
          drawing: .inBatches(
            of: options.batchSize, epochLength: options.blendsEpochs ? .max : recordCount,
            firstEpoch: firstEpoch)))
    }
  }

  private init<Store: ElementStore & ~Copyable>(_ queue: StoredQueue<Store>)
  where Store.Element == RecordReference {
    self.queue = queue
    enqueue = { try queue.enqueueMany($0) }
    dequeue = { queue.dequeueAvailable(atLeast: $0, atMost: $1) }
    statistics = { queue.statistics }
  }
}
