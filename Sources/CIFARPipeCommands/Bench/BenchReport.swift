import InputPipeline

/// All results of one call of `bench`.
struct BenchReport {
  /// What was measured, and where.
  let occasion: BenchOccasion
  /// A result for each point.
  let results: [BenchResult]
  /// How the results stand to those of an earlier report, if there is one.
  let comparison: BenchComparison?

  /// A name and a value of a table.
  typealias Column = (name: String, value: String)

  /// The names of the settings in which results differ, in the order of the columns.
  var sweptNames: [String] {
    let all = results.map { $0.point.sweptSettings.map { ($0.name, $0.value.text) } }
    return all[0].indices.filter { index in Set(all.map { $0[index].1 }).count > 1 }.map { all[0][$0].0 }
  }

  /// What tells a result from the others.
  func label(_ result: BenchResult) -> [Column] {
    let swept = sweptNames
    return result.point.sweptSettings.filter { swept.contains($0.name) }.map { setting in
      switch setting.name {
      case "batch_size": ("batch", setting.value.plain)
      case "min_after_dequeue": ("min after dequeue", setting.value.plain)
      case "memory_limit_mib": ("MiB", setting.value.plain)
      case "step_time_s": ("step", result.point.stepTime.map { Quantity.time($0.inSeconds) } ?? "-")
      default: (setting.name, setting.value.plain)
      }
    }
  }

  /// What tells a result from the others, in words: `threads 2, batch 64`; empty for a single result.
  func title(_ result: BenchResult) -> String {
    label(result).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
  }

  /// How fast a result is.
  static func speed(_ result: BenchResult) -> [Column] {
    let rate = result.imagesPerSecond
    var columns: [Column] = [
      ("images/s", Quantity.short(rate.median)),
      ("±", rate.deviation == nil ? "-" : Quantity.percent(rate.share)),
      ("slowest", rate.range.map { Quantity.short($0.lowerBound) } ?? "-"),
      ("fastest", rate.range.map { Quantity.short($0.upperBound) } ?? "-"),
      ("limited by", result.verdict.limit.rawValue),
    ]
    if let trainer = result.trainer {
      columns.append(("au_percent", trainer.utilisation.map { Quantity.fixed($0, digits: 2) } ?? "-"))
    }
    if let baseline = result.baseline {
      columns.append(("x sync", Quantity.fixed(rate.median / baseline, digits: 2)))
    }
    return columns
  }

  /// How long its batches are waited for, and what it costs.
  static func cost(_ result: BenchResult) -> [Column] {
    [
      ("first batch", Quantity.time(result.firstBatchSeconds)),
      ("wait p50", Quantity.time(result.waitPercentiles[0].seconds)),
      ("wait p99", Quantity.time(result.waitPercentiles[2].seconds)),
      ("memory", Quantity.bytes(result.peakResidentBytes)),
      ("CPU s/million", Quantity.short(result.processorSecondsPerMillion)),
    ]
  }

  /// How well it shuffles; empty where nothing is known of that.
  static func shuffle(_ result: BenchResult) -> [Column] {
    guard let shuffle = result.shuffle else { return [] }
    return [
      ("displacement", Quantity.fixed(shuffle.displacementRatio, digits: 3)),
      ("rank correlation", Quantity.fixed(shuffle.rankCorrelation, digits: 3)),
      ("label imbalance", shuffle.labelImbalance.map { Quantity.fixed($0, digits: 2) } ?? "-"),
    ]
  }

  /// The tables of all results: rows with the same columns.
  var tables: [[[Column]]] {
    [Self.speed, Self.cost, Self.shuffle].map { columns in results.map { label($0) + columns($0) } }
      .filter { $0[0].count > label(results[0]).count }
  }

  /// The fastest result of each trainer against its other ones, a sentence each; none for single results.
  ///
  /// Trainers are not compared: the step decides who of them is faster.
  var ranking: [String] {
    var steps: [Duration?] = []
    for result in results where !steps.contains(result.point.stepTime) { steps.append(result.point.stepTime) }
    return steps.flatMap { step in ranking(results.filter { $0.point.stepTime == step }) }
  }

  private func ranking(_ results: [BenchResult]) -> [String] {
    guard results.count > 1 else { return [] }
    let order = results.indices.sorted {
      results[$0].imagesPerSecond.median > results[$1].imagesPerSecond.median
    }
    let fastest = results[order[0]]
    return ["\(title(fastest)) is fastest:"]
      + order.dropFirst().map { index in
        let other = results[index]
        let ratio = Ratio(of: fastest.imagesPerSecond, to: other.imagesPerSecond)
        let isChance = ratio.value - ratio.noise(runs: min(fastest.runs.count, other.runs.count)) <= 1
        return "  \(ratio.text) times as fast as \(title(other))\(isChance ? ", which may be chance" : "")"
      }
  }
}
