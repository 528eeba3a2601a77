import InputPipeline

/// All results of one call of `bench`.
struct BenchReport {
  /// What was measured on.
  let machine: Machine
  /// A result for each combination of sizes.
  let results: [BenchResult]

  /// A name and a value of a table.
  typealias Column = (name: String, value: String)

  /// What tells the results apart.
  private static func sizes(_ result: BenchResult) -> [Column] {
    [
      ("threads", String(result.options.threads)), ("batch", String(result.options.batchSize)),
      ("min after dequeue", result.minimumText),
    ]
  }

  /// How fast a result is, on one line.
  static func speed(_ result: BenchResult) -> [Column] {
    let range = result.imagesPerSecond.range
    var columns =
      sizes(result) + [
        ("images/s", Quantity.short(result.imagesPerSecond.median)),
        ("slowest", range.map { Quantity.short($0.lowerBound) } ?? "-"),
        ("fastest", range.map { Quantity.short($0.upperBound) } ?? "-"),
        ("first batch", Quantity.time(result.firstBatchSeconds)),
        ("wait p50", Quantity.time(result.waitPercentiles[0].seconds)),
        ("wait p99", Quantity.time(result.waitPercentiles[2].seconds)),
        ("limited by", result.verdict.limit.rawValue),
      ]
    if let trainer = result.trainer {
      columns.append(("au_percent", trainer.utilisation.map { Quantity.fixed($0, digits: 2) } ?? "-"))
    }
    if let baseline = result.baseline {
      columns.append(("x sync", Quantity.fixed(result.imagesPerSecond.median / baseline, digits: 2)))
    }
    return columns
  }

  /// What a result costs and how well it shuffles, on one line.
  static func cost(_ result: BenchResult) -> [Column] {
    var columns =
      sizes(result) + [
        ("peak memory", Quantity.bytes(result.peakResidentBytes)),
        ("CPU s per million images", Quantity.short(result.processorSecondsPerMillion)),
      ]
    if let shuffle = result.shuffle {
      columns += [
        ("displacement", Quantity.fixed(shuffle.displacementRatio, digits: 3)),
        ("rank correlation", Quantity.fixed(shuffle.rankCorrelation, digits: 3)),
        ("label imbalance", shuffle.labelImbalance.map { Quantity.fixed($0, digits: 2) } ?? "-"),
      ]
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
