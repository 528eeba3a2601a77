import Glibc
import Histogram
import InputPipeline

/// What one run of the pipeline took.
struct BenchRun {
  /// Batches delivered.
  private(set) var batches = 0
  /// Images delivered.
  private(set) var images = 0
  /// From the start of the threads to the last batch.
  private(set) var elapsed = Duration.zero
  /// From the start of the threads to the first batch.
  private(set) var firstBatch = Duration.zero
  /// The processor time of the process meanwhile.
  private(set) var processorTime = Duration.zero
  /// How long the consumer waited for each batch, in nanoseconds.
  private(set) var waits = Self.emptyHistogram()
  /// The queues at the end of the run.
  private(set) var queues: [QueueStatistics] = []
  /// When the stages were done.
  private(set) var progress = QueueProgress()
  /// The time that the measuring itself took, all of it on the consumer's thread.
  private(set) var ownTime = Duration.zero
  /// The simulated trainer's side.
  private(set) var trainer: Trainer?

  /// Waits of up to an hour, to three digits.
  static func emptyHistogram() -> Histogram<UInt64> {
    Histogram(highestTrackableValue: 3_600_000_000_000, numberOfSignificantValueDigits: .three)
  }

  /// Runs `pipeline`, which has not started, to its end.
  ///
  /// - Parameter stepTime: How long the consumer is busy with each batch.
  /// - Throws: The error of the pipeline; ``CommandError/interrupted(signal:)``.
  static func measure(_ pipeline: RecordPipeline, stepTime: Duration?) throws -> BenchRun {
    var run = BenchRun()
    var trainer = stepTime.map { Trainer(stepTime: $0) }
    let processorStart = processorTimeUsed()
    let start = ContinuousClock.now
    return try pipeline.untilSignal {
      var before = start
      while let batch = try pipeline.next() {
        let now = ContinuousClock.now
        let wait = before.duration(to: now)
        run.note(batch.count, after: wait)
        trainer?.step(after: wait)
        before = trainer == nil ? now : .now
        run.elapsed = start.duration(to: before)
        if run.progress.isDue(at: run.elapsed) { run.progress.observe(pipeline.statistics, at: run.elapsed) }
      }
      if run.batches == 0 { run.elapsed = start.duration(to: .now) }
      run.queues = pipeline.statistics
      run.progress.observe(run.queues, at: run.elapsed)
      run.processorTime = processorTimeUsed() - processorStart
      run.trainer = trainer
      run.ownTime = ownTime(of: run, pipeline)
      return run
    }
  }

  /// Notes a batch of `count` images that came `wait` after it was asked for.
  private mutating func note(_ count: Int, after wait: Duration) {
    if batches == 0 { firstBatch = wait }
    waits.record(UInt64(max(0, wait.nanoseconds)))
    batches += 1
    images += count
  }

  /// What the measuring in `run` took, found by doing it again with the pipeline at rest.
  private static func ownTime(of run: BenchRun, _ pipeline: RecordPipeline) -> Duration {
    var again = BenchRun()
    let (notes, looks) = (2000, 50)
    let start = ContinuousClock.now
    var before = start
    for _ in 0..<notes {
      let now = ContinuousClock.now
      again.note(1, after: before.duration(to: now))
      before = now
      again.elapsed = start.duration(to: before)
      if again.progress.isDue(at: .zero) { again.images += 1 }
    }
    let noted = ContinuousClock.now
    for _ in 0..<looks { again.progress.observe(pipeline.statistics, at: again.elapsed) }
    let end = ContinuousClock.now
    return start.duration(to: noted) / notes * run.batches + noted.duration(to: end) / looks
      * run.progress.looks
  }

  /// Images delivered in a second.
  var imagesPerSecond: Double { images == 0 ? 0 : Double(images) / elapsed.inSeconds }

  /// The processor time of all threads so far.
  private static func processorTimeUsed() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension Duration {
  /// The duration in whole nanoseconds.
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
