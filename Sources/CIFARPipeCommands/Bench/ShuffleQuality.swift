import InputPipeline

/// How well one epoch was shuffled, from the order in which it was delivered.
struct ShuffleQuality {
  /// The mean distance of a record's place from its place in the source, in records.
  let meanDisplacement: Double
  /// The same in relation to a full permutation, for which it is 1.
  let displacementRatio: Double
  /// Spearman's rank correlation of the two places: 1 without shuffling, about 0 for a full permutation.
  let rankCorrelation: Double
  /// The variance of the labels' counts in full batches in relation to drawing at random without replacement,
  /// for which it is about 1; far above 1 where batches are dominated by few classes.
  let labelImbalance: Double?
  /// The records that were delivered in the epoch.
  let recordCount: Int
  /// The share of the data set that was delivered in the epoch, each record counted once.
  let coverage: Double
  /// Some of the records, spread evenly over the epoch.
  let sample: [Place]

  /// Where a record was delivered, and its place among the delivered records in the source, both from 0 to 1.
  struct Place {
    let delivered: Double
    let source: Double
  }

  /// Takes the order in.
  struct Collector {
    private let recordCount: Int
    private var order: [UInt32] = []
    private var batches: [[Int32]] = []

    /// A collector for an epoch of a data set of `recordCount` records.
    init(recordCount: Int) {
      self.recordCount = recordCount
    }

    /// Adds a batch of the epoch, the next one in order.
    mutating func add(_ batch: Batch, labelsPerExample: Int) {
      order.append(contentsOf: batch.records.map(\.record))
      batches.append(
        stride(from: labelsPerExample - 1, to: batch.unsafeLabels.count, by: labelsPerExample).map {
          batch.unsafeLabels[$0]
        })
    }

    /// The quality; `nil` for fewer than two records.
    var quality: ShuffleQuality? {
      let count = Double(order.count)
      guard order.count > 1 else { return nil }
      var distance = 0.0
      var squares = 0.0
      // Places among the delivered records, so that a part of an epoch is judged as such.
      let ranks = Self.ranks(order)
      for (place, rank) in ranks.enumerated() {
        let difference = Double(place - rank)
        distance += difference.magnitude
        squares += difference * difference
      }
      let mean = distance / count
      return ShuffleQuality(
        meanDisplacement: mean, displacementRatio: mean / ((count * count - 1) / (3 * count)),
        rankCorrelation: 1 - 6 * squares / (count * (count * count - 1)), labelImbalance: labelImbalance,
        recordCount: order.count, coverage: Double(Set(order).count) / Double(recordCount),
        sample: stride(from: 0, to: order.count, by: max(1, order.count / Self.sampleCount)).map {
          Place(delivered: Double($0) / count, source: Double(ranks[$0]) / count)
        })
    }

    /// About how many records a picture of the order needs.
    private static let sampleCount = 800

    /// For each place the rank of its record among all that were delivered.
    private static func ranks(_ order: [UInt32]) -> [Int] {
      var ranks = Array(repeating: 0, count: order.count)
      for (rank, place) in order.indices.sorted(by: { (order[$0], $0) < (order[$1], $1) }).enumerated() {
        ranks[place] = rank
      }
      return ranks
    }

    /// The mean of (count - expected)² / variance over all full batches and classes, with the expectation and
    /// the variance of the hypergeometric distribution.
    private var labelImbalance: Double? {
      var totals: [Int32: Double] = [:]
      for label in batches.joined() { totals[label, default: 0] += 1 }
      let all = Double(order.count)
      let size = Double(batches.first?.count ?? 0)
      guard totals.count > 1, size < all, size > 0 else { return nil }
      var sum = 0.0
      var terms = 0.0
      for batch in batches where batch.count == batches[0].count {
        var counts: [Int32: Double] = [:]
        for label in batch { counts[label, default: 0] += 1 }
        for (label, total) in totals {
          let share = total / all
          let variance = size * share * (1 - share) * (all - size) / (all - 1)
          let difference = counts[label, default: 0] - size * share
          sum += difference * difference / variance
          terms += 1
        }
      }
      return terms > 0 ? sum / terms : nil
    }
  }
}
