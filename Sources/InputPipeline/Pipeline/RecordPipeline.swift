import Threads
import Synchronization

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
/// Take batches with ``next()``, in a `for` loop, or in a task through ``batches``; then ``finish(gracePeriod:)``.
/// A normal end closes the queues from left to right, so nothing is lost; an error or ``stop()`` closes all of
/// them at once, so nothing hangs.
public final class RecordPipeline: Sendable {
  /// Which batches the run consists of.
  public let schedule: BatchSchedule
  /// What is delivered, and with how many threads.
  public let options: RecordPipelineOptions
  /// Where the records' bytes lie.
  public let store: any RecordStore
  /// What all parts take at most.
  public let memory: PipelineMemory

  private let coordinator = Coordinator()
  let runners: [QueueRunner]
  private let parts: FIFOQueue<Int>
  private let references: ReferenceQueue
  private let plans: FIFOQueue<BatchPlan>
  let ready: SequencedQueue<Batch>
  private let pool: BatchPool
  private let hasStarted = Atomic(false)
  /// Whether the end of input was given out.
  private let hasEnded = Atomic(false)
  /// What the thread that takes batches does.
  let consumer = ThreadActivity(name: "consumer")
  /// The number of the last batch that was delivered; below 0 before the first.
  let lastBatch = Atomic(-1)
  /// When that was, or when the first was asked for, in nanoseconds of ``coarseTime``.
  let lastBatchTime = Atomic(0)
  /// What everybody did when the stall limit had passed.
  let stall = Monitor<PipelineSnapshot?>(nil)

  /// A pipeline that has not started.
  ///
  /// - Parameters:
  ///   - records: The data set.
  ///   - transform: How records become examples; its record length must be that of `records`, or this traps.
  ///   - options: What to deliver.
  ///   - store: Memory with records from an earlier run; a new one if `nil`.
  ///   - slots: The memory of the batches, each large enough for a whole one, or this traps; memory of the pipeline's
  ///     own if `nil`. Batches that are kept keep their slots, and without a free one nothing comes.
  /// - Throws: ``RecordPipelineError``, ``QueueError`` or ``MemoryError`` when the options do not fit together
  ///   or do not fit the data set.
  public convenience init(
    _ records: RecordCollection, transform: any BatchTransform, options: RecordPipelineOptions,
    store: (any RecordStore)? = nil, slots: BatchSlots? = nil
  ) throws {
    try self.init(
      records, transform: transform, options: options, store: store, slots: slots, whenDrawn: { _ in })
  }

  /// The same pipeline, with a batcher that calls `whenDrawn` each time it has drawn so many batches.
  ///
  /// For lessons: a source and a transform can be slow by themselves, the batcher cannot.
  package init(
    _ records: RecordCollection, transform: any BatchTransform, options: RecordPipelineOptions,
    store: (any RecordStore)? = nil, slots: BatchSlots? = nil,
    whenDrawn: @escaping @Sendable (_ batchCount: Int) -> Void
  ) throws {
    require(options.threads >= 1, "pipeline: needs at least 1 thread, not \(options.threads)")
    require(
      transform.recordLength == records.recordLength,
      "pipeline: the transform takes records of \(transform.recordLength) bytes, the data set has \(records.recordLength)"
    )
    schedule = try options.schedule(recordCount: records.recordCount)
    self.options = options
    (store: self.store, memory) = try Self.storeAndMemory(
      records, transform, options, schedule, store: store, hasSlots: slots != nil)
    let store = self.store

    let generator = CounterGenerator(key: options.seed)
    // Epochs are drawn independently, so what lies before the first batch's epoch need not be drawn again.
    let firstDrawn = schedule.firstBatch(ofEpochWith: options.firstBatch)
    let firstEpoch = schedule.blendsEpochs ? 0 : firstDrawn / schedule.batchesPerEpoch
    let parts = try InputProducer(
      range: records.parts.count, name: "parts",
      epochs: schedule.epochsRead.map { Swift.max(1, $0 - firstEpoch) },
      shuffle: options.order != .asStored, seed: generator.derived(RandomPurpose.partOrder.rawValue).key,
      firstEpoch: firstEpoch)
    let references = try ReferenceQueue(
      options, recordCount: records.recordCount,
      generator: generator.derived(RandomPurpose.shuffle.rawValue), firstEpoch: firstEpoch)
    let plans = FIFOQueue<BatchPlan>(name: "plans", capacity: options.planCapacity)
    let ready = SequencedQueue<Batch>(name: "ready", capacity: options.readyCapacity)
    let pool = BatchPool(
      options, longestBatch: schedule.longestBatch, exampleLength: transform.exampleLength,
      labelsPerExample: transform.labelsPerExample,
      slots: slots)
    (self.parts, self.references, self.plans) = (parts.queue, references, plans)
    (self.ready, self.pool) = (ready, pool)

    let reader = ReaderStage(
      parts: parts.queue, store: store, references: references,
      cursor: EpochCursor(
        firstRecords: records.firstRecords, longestRange: WindowRecordStore.longestRange,
        firstStop: options.firstDrawCount, epoch: firstEpoch),
      passedOver: (options.firstBatch - firstDrawn) * options.batchSize)
    let batcher = BatcherStage(
      schedule: schedule, batchesPerDraw: options.batchesPerDraw, references: references, store: store,
      plans: plans, pool: pool, firstBatch: options.firstBatch, firstDrawn: firstDrawn, whenDrawn: whenDrawn)
    let worker = WorkerStage(plans: plans, store: store, transform: transform, pool: pool, ready: ready)
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
    // The threads end by themselves; waiting for them would block whoever drops the pipeline.
    stop()
  }

  /// Starts the threads, unless they were started before; the first ``next()`` does so too.
  ///
  /// - Throws: `ThreadError` when the system refuses a thread; those that were started have ended then, unless one
  ///   took longer than two seconds.
  public func start(with starter: ThreadStarter = .system) throws {
    guard !hasStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
    coordinator.onStop { [store, pool] in
      store.cancel()
      pool.expect(0)
    }
    do {
      for runner in runners { try runner.start(coordinator, with: starter) }
    } catch {
      // The refusal has requested a stop and is the error to tell.
      try? coordinator.join(gracePeriod: .seconds(2), ignoringStragglers: true)
      throw error
    }
  }

  /// The next batch, in order; waits until it is there.
  ///
  /// For one thread at a time. Starts the threads if nobody did.
  ///
  /// What ends the wait: the batch, an error in a stage, ``stop()``, or the stall limit.
  ///
  /// - Returns: The batch, or `nil` after the last one, and from then on.
  /// - Throws: The first error of any stage, ``RecordPipelineError/stalled(stage:limit:)`` among them;
  ///   ``RecordPipelineError/stopped`` after ``stop()`` or ``finish(gracePeriod:)``; `ThreadError`.
  public func next() throws -> Batch? {
    try next(patience: nil)
  }

  /// Whether ``next()`` would not wait.
  package var isNextReady: Bool { ready.isNextReady }

  /// As ``next()``, for a consumer that takes batches in pairs and is woken half as often.
  ///
  /// - Parameter patience: How long a second batch is waited for while the first is there.
  package func next(patience: Duration?) throws -> Batch? {
    try start()
    beginToWait()
    let deadline = options.stallLimit.map { ContinuousClock.now + $0 }
    let batch: Batch?
    do { batch = try ready.dequeue(deadline: deadline, patience: patience) } catch {
      let stall = RecordPipelineError.stalled(
        stage: noteStall().holdingStage.rawValue, limit: options.stallLimit!)
      coordinator.report(stall)
      throw stall
    }
    if !coordinator.isStopRequested {
      if let batch {
        noteDelivery(of: batch)
        return batch
      }
      hasEnded.store(true, ordering: .releasing)
    }
    // Whoever finishes the pipeline after its end, from another thread too, takes nothing from this end.
    if hasEnded.load(ordering: .acquiring) { return nil }
    try coordinator.raiseRequestedError()
    throw RecordPipelineError.stopped
  }

  /// Stops all stages at once; may be called by any thread at any time, also before the start.
  ///
  /// From then on ``next()`` throws, unless it has given out the last batch and the end.
  public func stop() {
    coordinator.requestStop()
  }

  /// Stops the stages, waits for their threads and frees what they hold.
  ///
  /// - Parameter gracePeriod: How long threads may take to end.
  /// - Throws: The first error of any stage, or `ThreadError.stillRunning(threads:)`.
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

  /// Room for the records, once it is clear that there is memory for all parts.
  private static func storeAndMemory(
    _ records: RecordCollection, _ transform: any BatchTransform, _ options: RecordPipelineOptions,
    _ schedule: BatchSchedule, store: (any RecordStore)?, hasSlots: Bool
  ) throws(MemoryError) -> (store: any RecordStore, memory: PipelineMemory) {
    let budget = MemoryBudget(limit: options.memoryLimit, atHand: .current)
    var memory = PipelineMemory(
      options, schedule, records: store?.byteCount ?? records.byteCount,
      exampleLength: hasSlots
        ? 0 : transform.exampleLength + transform.labelsPerExample * MemoryLayout<Int32>.stride)
    if let store {
      try budget.check(memory, taken: store.byteCount)
      return (store, memory)
    }
    if budget.allowsResident(memory) { return (try ResidentRecordStore(records), memory) }
    let underway = memory.recordsUnderway
    let window = WindowRecordStore.byteCount(records, recordCount: underway)
    // Long queues hold more than an epoch.
    if options.memoryLimit != 0 && records.byteCount <= window {
      try budget.check(memory)
      return (try ResidentRecordStore(records), memory)
    }
    memory.records = window
    try budget.check(memory)
    return (try WindowRecordStore(records, recordCount: underway), memory)
  }
}

extension RecordPipeline: Sequence {
  /// All batches that are still to come; the loop ends early at an error, which ``finish(gracePeriod:)`` tells.
  ///
  /// A `for` loop cannot throw by itself. Every iterator goes on where the pipeline stands.
  public func makeIterator() -> AnyIterator<Batch> {
    AnyIterator { try? self.next() }
  }

  /// All batches that are still to come, for a task: taken on a thread of their own, as the task asks for them.
  ///
  /// Throws what ``next()`` throws.
  public var batches: BatchSequence<Batch> {
    BatchSequence(coordinator, endWhenStopped: RecordPipelineError.stopped) { try self.next() }
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
