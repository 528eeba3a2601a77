/// The assembled pipeline: from a collection of records to batches in an order that no thread decides.
///
///     parts ──▶ [parts: FIFO] ──▶ reader ──▶ [shuffle] ──▶ batcher ──▶ [plans: FIFO] ──▶ workers ──▶ [ready] ──▶ next()
///
/// References to records go through the queues; the bytes of a record are touched when it is read and when a
/// worker turns it into an example in its place in the batch. Each batch is drawn from a pool that its place in the
/// run alone decides (``ShuffleDrawing/inBatches(of:epochLength:firstEpoch:)``) and batches leave by their number
/// (``SequencedQueue``), so the same data set, transform and options give the same bytes for any number of threads
/// and any capacity.
///
/// A normal end closes the queues from left to right, so nothing is lost; an error or ``stop()`` closes all of
/// them at once, so nothing hangs.
public final class RecordPipeline: Sendable {
  /// Which batches the run consists of.
  public let schedule: BatchSchedule
  /// What is delivered, and with how many threads.
  public let options: RecordPipelineOptions
  /// Where the records' bytes lie.
  public let store: any RecordStore

  private let coordinator = Coordinator()
  private let runners: [QueueRunner]
  private let parts: FIFOQueue<Int>
  private let references: ReferenceQueue
  private let plans: FIFOQueue<BatchPlan>
  private let ready: SequencedQueue<Batch>

  /// A pipeline that has not started; ``start(with:)`` does that.
  ///
  /// - Parameters:
  ///   - records: The data set.
  ///   - transform: How records become examples; its record length must be that of `records`, or this traps.
  ///   - options: What to deliver.
  ///   - store: Memory with records from an earlier run; a new one if `nil`.
  /// - Throws: ``RecordPipelineError``, ``QueueError`` or ``MemoryError`` when the options do not fit together
  ///   or do not fit the data set.
  public init(
    _ records: RecordCollection, transform: any BatchTransform, options: RecordPipelineOptions,
    store: (any RecordStore)? = nil
  ) throws {
    precondition(options.threads >= 1, "a pipeline has at least 1 thread")
    precondition(transform.recordLength == records.recordLength, "records and transform differ in length")
    schedule = try options.schedule(recordCount: records.recordCount)
    self.options = options
    let store = try store ?? Self.store(for: records, options)
    self.store = store

    let generator = CounterGenerator(key: options.seed)
    // Epochs are drawn independently, so what lies before the first batch's epoch need not be drawn again.
    let firstDrawn = schedule.firstBatch(ofEpochWith: options.firstBatch)
    let firstEpoch = schedule.blendsEpochs ? 0 : firstDrawn / schedule.batchesPerEpoch
    let parts = try InputProducer(
      range: records.parts.count, name: "parts", epochs: schedule.epochsRead.map { max(1, $0 - firstEpoch) },
      shuffle: options.order != .asStored, seed: generator.derived(RandomPurpose.partOrder.rawValue).key,
      firstEpoch: firstEpoch)
    let references = try ReferenceQueue(
      options, recordCount: records.recordCount,
      generator: generator.derived(RandomPurpose.shuffle.rawValue), firstEpoch: firstEpoch)
    let plans = FIFOQueue<BatchPlan>(name: "plans", capacity: options.planCapacity)
    let ready = SequencedQueue<Batch>(name: "ready", capacity: options.readyCapacity)
    (self.parts, self.references, self.plans, self.ready) = (parts.queue, references, plans, ready)

    let reader = ReaderStage(
      parts: parts.queue, store: store, references: references,
      cursor: EpochCursor(
        firstRecords: records.firstRecords, longestRange: WindowRecordStore.longestRange,
        firstStop: options.firstDrawCount, epoch: firstEpoch),
      passedOver: (options.firstBatch - firstDrawn) * options.batchSize)
    let batcher = BatcherStage(
      schedule: schedule, batchesPerDraw: options.batchesPerDraw, references: references, store: store,
      plans: plans, firstBatch: options.firstBatch, firstDrawn: firstDrawn)
    let worker = WorkerStage(
      plans: plans, store: store, transform: transform,
      pool: BatchPool(
        batchSize: options.batchSize, exampleLength: transform.exampleLength,
        labelsPerExample: transform.labelsPerExample, keptCount: options.threads + options.readyCapacity + 1),
      ready: ready)
    runners = [
      parts.runner,
      QueueRunner(
        queue: references.queue,
        making: {
          var stage = reader
          return { try stage.run() }
        }),
      QueueRunner(
        queue: plans,
        making: {
          var stage = batcher
          return { try stage.run() }
        }),
      QueueRunner(queue: ready, threads: options.threads) { try worker.run() },
    ]
  }

  deinit {
    stop()
    // Whoever drops a pipeline without finish() does not want to hear of its errors.
    try? coordinator.join(gracePeriod: .seconds(2), ignoringStragglers: true)
  }

  /// Starts the threads; to be called once, before the first ``next()``.
  ///
  /// - Throws: ``ThreadError`` when the system refuses a thread; those started before have ended then.
  public func start(with starter: ThreadStarter = .system) throws {
    coordinator.onStop { [store] in store.cancel() }
    for runner in runners { try runner.start(coordinator, with: starter) }
  }

  /// The next batch, in order; waits until it is there.
  ///
  /// For one thread at a time.
  ///
  /// What ends the wait: the batch, an error in a stage, ``stop()``, or the stall limit.
  ///
  /// - Returns: The batch, or `nil` after the last one.
  /// - Throws: The first error of any stage; ``RecordPipelineError/stopped`` after ``stop()``;
  ///   ``RecordPipelineError/stalled(queue:limit:)``.
  public func next() throws -> Batch? {
    let deadline = options.stallLimit.map { ContinuousClock.now + $0 }
    let batch: Batch?
    do { batch = try ready.dequeue(deadline: deadline) } catch {
      let stage = stalledStage
      stop()
      throw RecordPipelineError.stalled(queue: stage, limit: options.stallLimit!)
    }
    if let batch, !coordinator.isStopRequested { return batch }
    try coordinator.raiseRequestedError()
    if coordinator.isStopRequested && !coordinator.hasJoined { throw RecordPipelineError.stopped }
    return nil
  }

  /// Stops all stages at once; may be called by any thread at any time.
  ///
  /// From then on ``next()`` throws.
  public func stop() {
    coordinator.requestStop()
  }

  /// Stops the stages, waits for their threads and frees what they hold.
  ///
  /// - Parameter gracePeriod: How long threads may take to end.
  /// - Throws: The first error of any stage, or ``ThreadError/stillRunning(threads:)``.
  public func finish(gracePeriod: Duration = .seconds(2)) throws {
    stop()
    try coordinator.join(gracePeriod: gracePeriod)
  }

  /// What has passed through each queue so far.
  public var statistics: PipelineStatistics {
    PipelineStatistics(
      parts: parts.statistics, records: references.statistics(), isShuffled: options.order != .asStored,
      plans: plans.statistics, ready: ready.statistics, freeSlots: store.statistics)
  }

  /// The first queue from the right that has something inside: the stage behind it does not take it.
  private var stalledStage: String {
    let queues = [plans.statistics, references.statistics(), parts.statistics]
    return queues.first { $0.size > 0 }?.name ?? parts.name
  }

  private static func store(
    for records: RecordCollection, _ options: RecordPipelineOptions
  ) throws -> any RecordStore {
    records.byteCount <= options.memoryLimit
      ? try ResidentRecordStore(records)
      : try WindowRecordStore(records, recordCount: options.recordsUnderway)
  }
}

/// What random numbers of a run are for; each purpose has a generator of its own.
public enum RandomPurpose: UInt64, Sendable {
  /// The order of the parts in each epoch.
  case partOrder = 1
  /// The draws of the shuffle queue.
  case shuffle = 2
  /// The choices of a transform.
  case transform = 3
}
