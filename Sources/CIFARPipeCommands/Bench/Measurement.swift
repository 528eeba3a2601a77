import Histogram
import InputPipeline

/// What one run of the pipeline took.
struct Measurement {
  private(set) var batches = 0
  private(set) var images = 0
  /// From the start of the threads to the last batch.
  private(set) var elapsed = Duration.zero
  /// From the start of the threads to the first batch.
  private(set) var firstBatch = Duration.zero
  /// The processor time of the process meanwhile.
  private(set) var processorTime = Duration.zero
  /// The queues at the end of the run.
  private(set) var queues: PipelineStatistics
  /// The time that the measuring itself took, all of it on the consumer's thread.
  private(set) var ownTime = Duration.zero
  /// The simulated trainer's side.
  private(set) var trainer: Trainer?
  private var progress = QueueProgress()

  /// How long a consumer waited for each batch of any number of runs, in nanoseconds.
  typealias Waits = Histogram<UInt64>

  /// Waits of up to an hour, to three digits.
  static func emptyHistogram() -> Waits {
    Waits(highestTrackableValue: 3_600_000_000_000, numberOfSignificantValueDigits: .three)
  }

  /// Runs `pipeline`, which has not started, to its end.
  ///
  /// - Parameters:
  ///   - stepTime: How long the consumer is busy with each batch.
  ///   - watch: How the run is watched.
  ///   - title: What it is called there.
  ///   - waits: Gets the waits of this run.
  /// - Throws: The error of the pipeline; ``CommandError/interrupted(signal:)``.
  init(
    of pipeline: RecordPipeline, stepTime: Duration?, watch: RunWatch, title: String, waits: inout Waits
  ) throws {
    queues = pipeline.statistics
    trainer = stepTime.map { Trainer(stepTime: $0) }
    let processorStart = ThisProcess.processorTime
    let start = ContinuousClock.now
    try pipeline.untilSignal(stepTime == nil ? "measuring" : "training", watch: watch, title: title) {
      var before = start
      while let batch = try pipeline.next() {
        let now = ContinuousClock.now
        let wait = before.duration(to: now)
        note(batch.count, after: wait, &waits)
        trainer?.step(after: wait)
        before = trainer == nil ? now : .now
        elapsed = start.duration(to: before)
        if progress.isDue(at: elapsed) { progress.observe(pipeline.statistics, at: elapsed) }
      }
      if batches == 0 { elapsed = start.duration(to: .now) }
      queues = pipeline.statistics
      progress.observe(queues, at: elapsed)
      processorTime = ThisProcess.processorTime - processorStart
      ownTime = timeOfMeasuring(pipeline)
    }
  }

  /// How full the queues were in the course of the run.
  var fill: [QueueFill] { progress.fill.samples }

  var imagesPerSecond: Double { images == 0 ? 0 : Double(images) / elapsed.inSeconds }

  /// The run with `threads` workers as a verdict needs it.
  func evidence(threads: Int) -> VerdictEvidence {
    var evidence = VerdictEvidence(
      queues, threads: threads, elapsed: elapsed, filling: batches > 1 ? firstBatch : .zero)
    evidence.reader.end = progress.records.at
    evidence.batcher.end = progress.plans.at
    evidence.workers.end = progress.ready.at
    evidence.processorTime = processorTime
    evidence.batches = batches
    evidence.utilisation = trainer?.utilisation
    return evidence
  }

  /// Notes a batch of `count` images that came `wait` after it was asked for.
  private mutating func note(_ count: Int, after wait: Duration, _ waits: inout Waits) {
    if batches == 0 { firstBatch = wait }
    waits.record(UInt64(max(0, wait.nanoseconds)))
    batches += 1
    images += count
  }

  /// What the measuring in this run took, found by doing it again with the pipeline at rest.
  private func timeOfMeasuring(_ pipeline: RecordPipeline) -> Duration {
    var again = self
    var waits = Self.emptyHistogram()
    let (notes, looks) = (2000, 50)
    let start = ContinuousClock.now
    var before = start
    for _ in 0..<notes {
      let now = ContinuousClock.now
      again.note(1, after: before.duration(to: now), &waits)
      before = now
      again.elapsed = start.duration(to: before)
      if again.progress.isDue(at: .zero) { again.images += 1 }
    }
    let noted = ContinuousClock.now
    for _ in 0..<looks { again.progress.observe(pipeline.statistics, at: again.elapsed) }
    let end = ContinuousClock.now
    return start.duration(to: noted) / notes * batches + noted.duration(to: end) / looks * progress.looks
  }
}

/// How many elements the queues held at a moment.
struct QueueFill {
  /// Since the start of the run.
  let at: Duration
  /// In the order of the stages: records, plans, batches.
  let records, plans, ready: Int
}

extension QueueFill {
  /// What the queues hold `elapsed` after the start of the run.
  fileprivate init(_ queues: PipelineStatistics, at elapsed: Duration) {
    self.init(
      at: elapsed, records: queues.records.size, plans: queues.plans.size, ready: queues.ready.size)
  }
}

/// Looks at the queues, spread over a run of any length.
struct FillSeries {
  /// Twice as many as are kept at least.
  private static let limit = 1024

  private(set) var samples: [QueueFill] = []
  /// Of so many looks one is kept.
  private var interval = 1
  private var looks = 0

  /// Keeps a look, or passes it over where the run has had many.
  mutating func add(_ sample: QueueFill) {
    defer { looks += 1 }
    guard looks % interval == 0 else { return }
    samples.append(sample)
    guard samples.count == Self.limit else { return }
    samples = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    interval *= 2
  }
}

/// When each stage put in its last element, as far as looking now and then can tell.
private struct QueueProgress {
  /// How many elements a queue has got, and when that was seen first.
  struct Last {
    private var count = 0
    private(set) var at = Duration.zero

    mutating func see(_ queue: QueueStatistics, at elapsed: Duration) {
      if count != queue.enqueuedCount { (count, at) = (queue.enqueuedCount, elapsed) }
    }
  }

  /// The time between two looks; the end of a stage is known to about this.
  static let interval = Duration.milliseconds(1)

  private(set) var records = Last()
  private(set) var plans = Last()
  private(set) var ready = Last()
  private(set) var fill = FillSeries()
  private var next = Duration.zero
  /// How often the queues were looked at.
  private(set) var looks = 0

  /// Whether it is time for another look.
  func isDue(at elapsed: Duration) -> Bool { elapsed >= next }

  /// Notes what the queues say `elapsed` after the start of the run.
  mutating func observe(_ queues: PipelineStatistics, at elapsed: Duration) {
    next = elapsed + Self.interval
    looks += 1
    fill.add(QueueFill(queues, at: elapsed))
    records.see(queues.records, at: elapsed)
    plans.see(queues.plans, at: elapsed)
    ready.see(queues.ready, at: elapsed)
  }
}

extension Duration {
  /// The duration in whole nanoseconds.
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
