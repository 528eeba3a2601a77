/// The queue of record references between reader and batcher: shuffled or in order.
///
/// Closures instead of `any BlockingQueue`: each is compiled for the one kind of queue that it calls, whereas a
/// generic queue behind a protocol would look up every single element's size and copy at run time.
struct ReferenceQueue: Sendable {
  let enqueue: @Sendable ([RecordReference]) throws -> Void
  let endEpoch: @Sendable () throws -> Void
  let dequeue: @Sendable (Int) -> [RecordReference]?
  let statistics: @Sendable () -> QueueStatistics
  let queue: any Closable

  /// The queue that `options` ask for, with the draws of `firstEpoch` first.
  init(_ options: RecordPipelineOptions, generator: CounterGenerator, firstEpoch: Int) throws {
    switch options.order {
    case .asStored:
      let queue = FIFOQueue<RecordReference>(name: "records", capacity: options.turnLength)
      self.queue = queue
      enqueue = { try queue.enqueueMany($0) }
      endEpoch = {}
      dequeue = { queue.dequeueMany($0) }
      statistics = { queue.statistics }
    case .shuffled(let minAfterDequeue, let capacity):
      let queue = try RandomShuffleQueue<RecordReference>(
        name: "shuffle", capacity: capacity, minAfterDequeue: minAfterDequeue, seed: generator.key,
        drawing: .inTurns, firstEpoch: firstEpoch)
      let blendsEpochs = options.blendsEpochs
      self.queue = queue
      enqueue = { try queue.enqueueMany($0) }
      endEpoch = { if !blendsEpochs { try queue.endEpoch() } }
      dequeue = { queue.dequeueMany($0) }
      statistics = { queue.statistics }
    }
  }
}
