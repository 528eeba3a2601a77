import Histogram
import InputPipeline

/// The figures of one combination of sizes, over all of its runs.
struct BenchResult {
  /// The middle, the smallest and the greatest of several values.
  struct Spread {
    let median: Double
    /// `nil` for a single value.
    let range: ClosedRange<Double>?

    /// The spread of at least one value.
    init(_ values: [Double]) {
      let sorted = values.sorted()
      let middle = sorted.count / 2
      median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
      range = sorted.count > 1 ? sorted[0]...sorted[sorted.count - 1] : nil
    }

    /// All three values times `factor`.
    func scaled(by factor: Double) -> Spread {
      Spread(median: median * factor, range: range.map { $0.lowerBound * factor...$0.upperBound * factor })
    }

    private init(median: Double, range: ClosedRange<Double>?) {
      self.median = median
      self.range = range
    }
  }

  /// What was measured.
  let options: RecordPipelineOptions
  /// Bytes of an image with its labels.
  let imageLength: Int
  /// The runs, in order.
  let runs: [Measurement]
  /// The most memory that the process occupied in these runs.
  let peakResidentBytes: Int
  /// The quality of the shuffle; `nil` for fewer than two records.
  let shuffle: ShuffleQuality?
  /// The SHA-256 of the delivered bytes, if it was asked for.
  let digest: String?
  /// Images per second without queues and threads, if that was asked for.
  let baseline: Double?

  var imagesPerSecond: Spread { Spread(runs.map(\.imagesPerSecond)) }
  var batchesPerSecond: Spread { Spread(runs.map { Double($0.batches) / $0.elapsed.inSeconds }) }
  /// From the start of the threads to the first batch, in seconds.
  var firstBatchSeconds: Double { Spread(runs.map(\.firstBatch.inSeconds)).median }
  /// Processor seconds for a million images.
  var processorSecondsPerMillion: Double {
    Spread(runs.map { $0.processorTime.inSeconds / Double(max(1, $0.images)) * 1e6 }).median
  }
  /// The most that the measuring itself can have slowed the runs down, as a share of their time.
  var ownCost: Double { Spread(runs.map { $0.ownTime.inSeconds / max($0.elapsed.inSeconds, 1e-9) }).median }
  /// The run with the middle speed, whose queues are shown.
  var medianRun: Measurement {
    runs.sorted { $0.elapsed * $1.images < $1.elapsed * $0.images }[runs.count / 2]
  }
  /// The simulated trainer of that run.
  var trainer: Trainer? { medianRun.trainer }

  /// The waits of all runs for batches, by percentile in seconds.
  var waitPercentiles: [(name: String, seconds: Double)] {
    var all = Measurement.emptyHistogram()
    for run in runs { all.add(run.waits) }
    return [("p50", 50.0), ("p90", 90), ("p99", 99), ("p999", 99.9), ("max", 100)].map {
      ($0.0, Double(all.valueAtPercentile($0.1)) * 1e-9)
    }
  }

  /// What limits the speed.
  var verdict: Verdict { Verdict(medianRun.evidence(threads: options.threads)) }
}
