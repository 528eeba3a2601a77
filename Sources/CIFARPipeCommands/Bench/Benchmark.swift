import CIFAR
import Digests
import InputPipeline

/// Measures one combination of sizes: warm-up, repeated runs, and what only a run of its own can tell.
struct Benchmark {
  let inputs: RunInputs
  let options: RecordPipelineOptions
  /// Memory that all runs share, so that reading is not measured; `nil` for data sets that are streamed.
  let store: (any RecordStore)?
  let runCount: Int
  let warmupCount: Int
  let stepTime: Duration?
  let measuresBaseline: Bool
  let digests: Bool
  /// How each run is watched.
  let watch: RunWatch
  /// Is told of each run.
  let console: Console

  /// Does all runs.
  ///
  /// - Throws: The first error of any run: there is no average over the others.
  func result() throws -> BenchResult {
    ThisProcess.resetPeak()
    for number in 0..<warmupCount { _ = try measuredRun("warm-up \(number + 1) of \(warmupCount)") }
    let runs = try (0..<runCount).map { try measuredRun("run \($0 + 1) of \(runCount)") }
    // The peak of the process so far belongs to the runs; what follows needs memory of its own.
    let peak = ThisProcess.peakResidentBytes
    let inspection = try inspect()
    return BenchResult(
      options: options, imageLength: transform.exampleLength + 4 * transform.labelsPerExample, runs: runs,
      peakResidentBytes: peak, shuffle: inspection.shuffle, digest: inspection.digest,
      baseline: measuresBaseline
        ? try SynchronousBaseline(transform: transform, options: options, store: baselineStore())
          .imagesPerSecond(runCount: runCount)
        : nil)
  }

  /// One run from the start of the threads to the last batch.
  private func measuredRun(_ name: String) throws -> Measurement {
    let run = try Measurement(
      of: inputs.pipeline(options, store: store), stepTime: stepTime, watch: watch, title: name)
    console.note("\(name): \(Quantity.short(run.imagesPerSecond)) images/s")
    return run
  }

  /// Looks at the order that one epoch is delivered in, and at its bytes if asked to.
  private func inspect() throws -> (shuffle: ShuffleQuality?, digest: String?) {
    let pipeline = try inputs.pipeline(options, store: store)
    var quality = ShuffleQuality.Collector(recordCount: inputs.dataset.records.recordCount)
    var digest = digests ? Digest(.sha256) : nil
    try pipeline.untilSignal("measuring") {
      while let batch = try pipeline.next(), digests || batch.entry.epoch == 0 {
        if batch.entry.epoch == 0 { quality.add(batch, labelsPerExample: transform.labelsPerExample) }
        digest?.update(batch.unsafeExamples)
        digest?.update(UnsafeRawBufferPointer(batch.unsafeLabels))
      }
    }
    return (quality.quality, digest?.hexadecimal())
  }

  private var transform: CIFARTransform { inputs.transform }

  private func baselineStore() throws -> any RecordStore {
    try store ?? inputs.pipeline(options).store
  }
}
