/// How several values lie: their middle, their range, and how far they are apart.
struct Spread: Equatable {
  let median: Double
  /// `nil` for a single value.
  let range: ClosedRange<Double>?
  /// The standard deviation of the values; `nil` for a single one.
  let deviation: Double?

  /// The spread of at least one value.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    median = Self.median(sorted: sorted)
    guard sorted.count > 1 else {
      (range, deviation) = (nil, nil)
      return
    }
    range = sorted[0]...sorted[sorted.count - 1]
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
  }

  /// The spread that somebody else has computed.
  init(median: Double, range: ClosedRange<Double>?, deviation: Double?) {
    (self.median, self.range, self.deviation) = (median, range, deviation)
  }

  /// All values times `factor`.
  func scaled(by factor: Double) -> Spread {
    Spread(
      median: median * factor, range: range.map { $0.lowerBound * factor...$0.upperBound * factor },
      deviation: deviation.map { $0 * factor })
  }

  /// The deviation as a share of the median; 0 for a single value.
  var share: Double { median > 0 ? (deviation ?? 0) / median : 0 }

  /// Which of `values` lie so far from their median that something else has disturbed them.
  ///
  /// Source: B. Iglewicz, D. Hoaglin, "How to detect and handle outliers": the modified Z-score, with the bound of
  /// hyperfine, four times the usual one.
  static func outliers(in values: [Double]) -> [Int] {
    guard values.count > 2 else { return [] }
    let middle = median(sorted: values.sorted())
    let distances = values.map { ($0 - middle).magnitude }
    let typical = median(sorted: distances.sorted())
    guard typical > 0 else { return [] }
    return values.indices.filter { 0.6745 * distances[$0] / typical > 14.826 }
  }

  private static func median(sorted: [Double]) -> Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// How many times as great one of two values is as the other.
struct Ratio: Equatable {
  let value: Double
  /// How far the ratio may be off, by the deviations of both; `nil` where neither has one.
  let uncertainty: Double?

  init(of one: Spread, to other: Spread) {
    value = one.median / other.median
    uncertainty =
      one.deviation == nil && other.deviation == nil
      ? nil : value * (one.share * one.share + other.share * other.share).squareRoot()
  }

  /// How much the ratio of the medians of so many runs may differ from 1 by chance.
  ///
  /// The mean of so many runs is as uncertain as a run, divided by the root of their number; twice that is chance.
  func noise(runs: Int) -> Double { 2 * (uncertainty ?? 0) / Double(max(1, runs)).squareRoot() }

  /// Such as `1.52 ± 0.06`.
  var text: String {
    Quantity.fixed(value, digits: 2) + (uncertainty.map { " ± " + Quantity.fixed($0, digits: 2) } ?? "")
  }
}
