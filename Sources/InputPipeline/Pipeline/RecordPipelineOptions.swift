/// What a ``RecordPipeline`` delivers, and with how many threads.
///
/// The bytes delivered depend on the records, the transform and these options; ``threads``, ``stallLimit``,
/// ``memoryLimit`` and the capacity of ``order`` apart.
public struct RecordPipelineOptions: Sendable, Equatable {
  /// The order in which records leave.
  public enum Order: Sendable, Equatable {
    /// Parts in their order, records in the order of their part.
    case asStored
    /// Each batch drawn from a pool of `minAfterDequeue` and a batch; see ``ShuffleDrawing/inBatches(of:epochLength:firstEpoch:)``.
    ///
    /// `capacity`, at least that of the pool, is how many records may be in the queue, those in line behind the
    /// pool included; `nil` means `minAfterDequeue` and 32 batches. It changes the speed and the memory, and no
    /// byte of what is delivered.
    case shuffled(minAfterDequeue: Int, capacity: Int? = nil)
  }

  /// Examples in a batch; at least 1.
  public var batchSize: Int
  /// Threads that transform; at least 1.
  public var threads: Int
  /// The order in which records leave.
  public var order: Order
  /// What every random choice derives from.
  public var seed: UInt64
  /// How many times the records are read; `nil` means without end.
  public var epochs: Int?
  /// How many batches are delivered at most; `nil` means no limit.
  public var batches: Int?
  /// The first batch to deliver, by its number in the run: more than 0 continues an earlier run exactly.
  public var firstBatch = 0
  /// Which of the batches this process delivers.
  public var share = BatchShare.all
  /// Whether a batch that cannot be filled is dropped; with kept epoch boundaries at the end of each epoch.
  public var dropsRemainder = false
  /// Whether records of neighbouring epochs may mix, instead of an epoch being delivered before the next.
  public var blendsEpochs = false
  /// How long a batch may take to come before the pipeline is taken to hang; `nil` means without limit.
  public var stallLimit: Duration?
  /// The most bytes that all parts of the pipeline may take; see ``PipelineMemory``.
  ///
  /// Records stay in memory once they were read where all of them fit in, and are read in each epoch otherwise. 0 keeps
  /// none in any case, and limits nothing else. `nil` keeps up to ``PipelineMemory/usualRecords`` that fit into the
  /// memory at hand.
  public var memoryLimit: Int?

  /// The defaults: one thread, batches of 128, without shuffling, without end.
  public init(
    batchSize: Int = 128, threads: Int = 1, order: Order = .asStored, seed: UInt64 = 0, epochs: Int? = nil,
    batches: Int? = nil
  ) {
    self.batchSize = batchSize
    self.threads = threads
    self.order = order
    self.seed = seed
    self.epochs = epochs
    self.batches = batches
  }

  /// The batches of a run over `recordCount` records.
  ///
  /// - Throws: What ``BatchSchedule`` throws.
  public func schedule(recordCount: Int) throws(RecordPipelineError) -> BatchSchedule {
    try BatchSchedule(
      recordCount: recordCount, batchSize: batchSize, dropsRemainder: dropsRemainder,
      blendsEpochs: blendsEpochs, epochs: epochs, batches: batches, share: share)
  }

  /// How many batches are drawn at once, so that each stage is woken once for many batches.
  static let longestDraw = 32

  /// The records that may wait behind the pool of the shuffle queue, or in the queue without shuffling: what the
  /// reader may be ahead of the batcher.
  var lineLength: Int {
    switch order {
    case .asStored: 2 * Self.longestDraw * batchSize
    case .shuffled(let minAfterDequeue, let capacity):
      capacity.map { $0 - minAfterDequeue } ?? Self.longestDraw * batchSize
    }
  }

  /// The most records in the queue between reader and batcher.
  var queueCapacity: Int {
    guard case .shuffled(let minAfterDequeue, _) = order else { return lineLength }
    return minAfterDequeue + lineLength
  }

  /// The records that must be read before the first batch can be drawn.
  var firstDrawCount: Int {
    switch order {
    case .asStored: batchSize
    case .shuffled(let minAfterDequeue, _): minAfterDequeue + batchSize
    }
  }

  /// The batches that the batcher draws at once.
  var batchesPerDraw: Int { min(Self.longestDraw, max(1, lineLength / batchSize)) }

  /// The plans that may wait for workers: one draw is worked on while the next is made.
  var planCapacity: Int { 2 * batchesPerDraw }

  /// The most records that are on their way at once.
  var recordsUnderway: Int {
    queueCapacity + (planCapacity + batchesPerDraw + threads + 1) * batchSize
  }

  /// Batches that are there at once: one with each worker, those that wait for the consumer, and the consumer's.
  var batchesAlive: Int { threads + readyCapacity + 1 }

  /// Batches that may wait for the consumer; few, so that their memory stays in the caches.
  var readyCapacity: Int { threads + 2 }
}
