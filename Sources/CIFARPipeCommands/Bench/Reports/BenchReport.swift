import InputPipeline

/// All results of one call of `bench`.
struct BenchReport {
  /// What was measured on.
  let machine: Machine
  /// A result for each combination of sizes.
  let results: [BenchResult]

  /// The names and values of a result that fit on one line, for tables.
  static func columns(_ result: BenchResult) -> [(name: String, value: String)] {
    var columns = [
      ("threads", String(result.options.threads)), ("batch", String(result.options.batchSize)),
      ("min after dequeue", result.minimumText),
      ("images/s", Figures.short(result.imagesPerSecond.median)),
      ("min", result.imagesPerSecond.range.map { Figures.short($0.lowerBound) } ?? "-"),
      ("max", result.imagesPerSecond.range.map { Figures.short($0.upperBound) } ?? "-"),
      ("first batch", Figures.time(result.firstBatchSeconds)),
      ("wait p50", Figures.time(result.waitPercentiles[0].seconds)),
      ("wait p99", Figures.time(result.waitPercentiles[2].seconds)),
      ("peak MB", String(result.peakResidentBytes / 1_000_000)),
      ("CPU s/M", Figures.short(result.processorSecondsPerMillion)), ("limit", result.verdict.limit),
    ]
    if let shuffle = result.shuffle {
      columns.append(("displacement", Figures.fixed(shuffle.displacementRatio, digits: 3)))
      columns.append(("label imbalance", shuffle.labelImbalance.map { Figures.fixed($0, digits: 2) } ?? "-"))
    }
    if let trainer = result.trainer {
      columns.append(("au_percent", Figures.fixed(trainer.utilisation, digits: 2)))
    }
    if let baseline = result.baseline {
      columns.append(("x sync", Figures.fixed(result.imagesPerSecond.median / baseline, digits: 2)))
    }
    return columns
  }
}

extension BenchResult {
  /// The examples that stay in the shuffle queue, or a dash without one.
  var minimumText: String {
    guard case .shuffled(let minimum, _) = options.order else { return "-" }
    return String(minimum)
  }
}
