import CIFAR
import Digests
import InputPipeline

/// Measures one point: warm-up, repeated runs, and what only a run of its own can tell.
struct Benchmark {
  /// How many runs are measured.
  enum RunCount {
    case exactly(Int)
    /// So many at least, and as many as take so long.
    case atLeast(Int, Duration)
  }

  /// More runs than any time is worth.
  private static let mostRuns = 10_000

  /// The system counts what all programs use in hundredths of a second: over less time than this the count says
  /// little.
  private static let tellingTime = Duration.milliseconds(500)

  let inputs: RunInputs
  let point: BenchPoint
  /// Memory that all runs share, so that reading is not measured; `nil` for data sets that are streamed.
  let store: (any RecordStore)?
  let runCount: RunCount
  let warmupCount: Int
  let measuresBaseline: Bool
  let digests: Bool
  /// How each run is watched.
  let watch: RunWatch
  /// What happens before each run.
  let prepare: () throws -> Void
  /// Is told of each run.
  let console: Console
  /// Is called after each measured run.
  let hasRun: () -> Void

  /// Does all runs.
  ///
  /// - Parameters:
  ///   - load: How the records came into memory, if that was measured.
  ///   - leastUtilisation: What the trainer is to reach, in percent.
  /// - Throws: The first error of any run: there is no average over the others.
  func result(load: RecordLoad?, leastUtilisation: Double?) throws -> BenchResult {
    ThisProcess.resetPeak()
    var waits = Measurement.emptyHistogram()
    for number in 0..<warmupCount {
      _ = try measuredRun("warm-up \(number + 1) of \(warmupCount)", &waits)
    }
    waits.reset()
    let before = (busy: ProcessorUse.busy, own: ThisProcess.processorTime, at: ContinuousClock.now)
    let runs = try measuredRuns(&waits)
    let after = (busy: ProcessorUse.busy, own: ThisProcess.processorTime, at: ContinuousClock.now)
    // The peak of the process so far belongs to the runs; what follows needs memory of its own.
    let peak = ThisProcess.peakResidentBytes
    let elapsed = before.at.duration(to: after.at)
    var othersUsed: Double?
    if let begin = before.busy, let end = after.busy, elapsed >= Self.tellingTime {
      let used = (end - begin - (after.own - before.own)).inSeconds / elapsed.inSeconds
      othersUsed = min(max(0, used), Double(Processors.count))
    }
    let inspection = try inspect()
    return BenchResult(
      point: point, recordCount: inputs.dataset.records.recordCount,
      isGenerated: inputs.origin.isGenerated, runs: runs, waits: waits,
      peakResidentBytes: peak, othersUsed: othersUsed, timePerImage: try timePerImage(), load: load,
      leastUtilisation: leastUtilisation, shuffle: inspection.shuffle, digest: inspection.digest,
      baseline: measuresBaseline ? try baseline(point.options).imagesPerSecond(runCount: 5) : nil)
  }

  private func measuredRuns(_ waits: inout Measurement.Waits) throws -> [Measurement] {
    var runs: [Measurement] = []
    switch runCount {
    case .exactly(let count):
      for number in 0..<count {
        runs.append(try measuredRun("run \(number + 1) of \(count)", &waits))
        hasRun()
      }
    case .atLeast(let count, let time):
      var elapsed = Duration.zero
      while runs.count < count || elapsed < time && runs.count < Self.mostRuns {
        runs.append(try measuredRun("run \(runs.count + 1)", &waits))
        elapsed += runs[runs.count - 1].elapsed
        hasRun()
      }
    }
    return runs
  }

  /// One run from the start of the threads to the last batch.
  private func measuredRun(_ name: String, _ waits: inout Measurement.Waits) throws -> Measurement {
    try prepare()
    let run = try Measurement(
      of: pipeline(), stepTime: point.stepTime, watch: watch, title: name, waits: &waits)
    console.note("\(name): \(Quantity.short(run.imagesPerSecond)) images/s")
    return run
  }

  /// Looks at the order that one epoch is delivered in, and at its bytes if asked to.
  private func inspect() throws -> (shuffle: ShuffleQuality?, digest: String?) {
    let pipeline = try pipeline()
    var quality = ShuffleQuality.Collector(recordCount: inputs.dataset.records.recordCount)
    var digest = digests ? Digest(.sha256) : nil
    try pipeline.untilSignal("measuring") {
      while let batch = try pipeline.next(), digests || batch.entry.epoch == 0 {
        if batch.entry.epoch == 0 { quality.add(batch, labelsPerExample: point.transform.labelsPerExample) }
        digest?.update(batch.unsafeExamples)
        digest?.update(UnsafeRawBufferPointer(batch.unsafeLabels))
      }
    }
    return (quality.quality, digest?.hexadecimal())
  }

  /// What an example costs by itself, in batches that are not too small to be timed.
  private func timePerImage() throws -> Duration {
    var options = point.options
    options.batchSize = max(options.batchSize, RecordPipelineOptions().batchSize)
    return try baseline(options).timePerImage()
  }

  private func baseline(_ options: RecordPipelineOptions) throws -> SynchronousBaseline {
    try SynchronousBaseline(
      transform: point.transform, options: options, store: store ?? pipeline().store)
  }

  private func pipeline() throws -> RecordPipeline {
    try inputs.pipeline(point.options, transform: point.transform, store: store)
  }
}
