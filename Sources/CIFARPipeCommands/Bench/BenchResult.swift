import Histogram
import InputPipeline

/// The figures of one point, over all of its runs.
struct BenchResult {
  /// What was measured.
  let point: BenchPoint
  /// The records of an epoch.
  let recordCount: Int
  /// Whether the records come from no storage.
  let isGenerated: Bool
  /// The runs, in order.
  let runs: [Measurement]
  /// The waits of all runs for batches.
  let waits: Measurement.Waits
  /// The most memory that the process occupied in these runs.
  let peakResidentBytes: Int
  /// How many processors other programs used meanwhile, if that is known.
  let othersUsed: Double?
  /// The processor time of making one example, without queues and threads.
  let timePerImage: Duration
  /// How the records came into memory, if that was measured.
  let load: RecordLoad?
  /// What the trainer is to reach, in percent.
  let leastUtilisation: Double?
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

  /// The waits for batches, by percentile in seconds.
  var waitPercentiles: [(name: String, seconds: Double)] {
    [("p50", 50.0), ("p90", 90), ("p99", 99), ("p999", 99.9), ("max", 100)].map {
      ($0.0, Double(waits.valueAtPercentile($0.1)) * 1e-9)
    }
  }

  /// What limits the speed.
  var verdict: Verdict {
    let run = medianRun
    var evidence = run.evidence(threads: point.options.threads)
    evidence.epochs = Double(run.images) / Double(max(1, recordCount))
    evidence.leastUtilisation = leastUtilisation
    evidence.transformTime = timePerImage * run.images
    evidence.othersUsed = othersUsed
    evidence.load = load?.evidence
    evidence.isGenerated = isGenerated
    return Verdict(evidence)
  }

  /// A shorter run is not worth a figure: its threads' start and end are too great a part of it.
  private static let shortestRun = Duration.milliseconds(20)

  /// What makes the figures doubtful, a sentence each.
  var warnings: [String] {
    /// Runs that are further apart are worth a word.
    let unusual = 0.1
    var warnings: [String] = []
    let rates = runs.map(\.imagesPerSecond)
    let outliers = Spread.outliers(in: rates)
    let spread = Spread(rates)
    if outliers.first == 0 {
      warnings.append("the first run was unlike the others: more --warmup may help")
    } else if !outliers.isEmpty {
      warnings.append(
        "\(outliers.count) of \(runs.count) runs were unlike the others: something else may have disturbed them"
      )
    }
    if spread.share > unusual {
      warnings.append(
        "the runs differ by ± \(Quantity.percent(spread.share)): a quiet machine or longer runs help")
    }
    if let othersUsed, othersUsed > 0.2 {
      warnings.append("other programs used \(Quantity.fixed(othersUsed, digits: 1)) processors meanwhile")
    }
    if let shortest = runs.map(\.elapsed).min(), shortest < Self.shortestRun {
      warnings.append("a run took only \(Quantity.time(shortest.inSeconds)): more --epochs make it longer")
    }
    return warnings
  }
}
