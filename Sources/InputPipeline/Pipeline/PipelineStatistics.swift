/// What has passed through each queue of a ``RecordPipeline``, and how long its threads waited.
public struct PipelineStatistics: Sendable, Equatable {
  /// From the producer of parts to the reader.
  public var parts: QueueStatistics
  /// From the reader to the batcher.
  public var records: QueueStatistics
  /// Whether ``records`` leave in a random order.
  public var isShuffled: Bool
  /// From the batcher to the workers.
  public var plans: QueueStatistics
  /// From the workers to whoever takes the batches.
  public var ready: QueueStatistics
  /// From the workers back to the reader: free places in memory; `nil` where all records stay there.
  public var freeSlots: QueueStatistics?

  /// All queues, from the first stage to the last, then the free places.
  public var all: [QueueStatistics] { [parts, records, plans, ready] + (freeSlots.map { [$0] } ?? []) }
}
