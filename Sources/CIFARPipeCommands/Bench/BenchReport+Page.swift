import Platform
import Histogram
import InputPipeline

extension BenchReport {
  /// The report as a page that needs nothing but itself.
  ///
  /// - Parameter sheet: A batch as a PNG file, and what it shows, if there is one.
  func html(sheet: (png: [UInt8], text: String)?) -> String {
    PageDocument(page(sheet: sheet)).html
  }

  /// What stands on the page.
  func page(sheet: (png: [UInt8], text: String)?) -> PageContent {
    let best = results.max { $0.imagesPerSecond.median < $1.imagesPerSecond.median }!
    let with = title(best).isEmpty ? "" : " with \(title(best))"
    return PageContent(
      headline: "\(Quantity.short(best.imagesPerSecond.median)) images/s\(with), limited by the "
        + Self.words(best.verdict.limit),
      summary: best.verdict.text, figures: Self.figures(best),
      warnings: results.flatMap { result in
        result.warnings.map { (title(result).isEmpty ? "" : title(result) + ": ") + $0 }
      },
      rates: results.map {
        PageContent.Rate(
          label: title($0), runs: $0.runs.map(\.imagesPerSecond), median: $0.imagesPerSecond.median,
          text: Self.rate($0.imagesPerSecond))
      },
      ranking: ranking.map(\.trimmingSpaces),
      tables: tables.map { rows in
        PageContent.Table(head: rows[0].map(\.name), rows: rows.map { $0.map(\.value) })
      }, points: results.map(point), sheet: sheet,
      configuration: occasion.lines.filter { $0.name != "command" }.map {
        .init(name: $0.name, value: $0.text)
      }
        + [
          .init(name: "all points", value: commonSizes),
          .init(name: "images", value: Self.transforms(results)),
        ],
      command: occasion.command)
  }

  /// The sizes in which the points do not differ.
  private var commonSizes: String {
    let swept = sweptNames
    return results[0].point.sweptSettings.filter { !swept.contains($0.name) }
      .map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")
  }

  private static func rate(_ rate: Spread) -> String {
    Quantity.short(rate.median) + (rate.deviation == nil ? "" : " ± \(Quantity.percent(rate.share))")
  }

  private static func words(_ limit: Verdict.Limit) -> String {
    switch limit {
    case .load: "loading of the records"
    case .queue: "shuffle queue"
    case .reader, .batcher, .workers, .consumer, .wakeUps, .processors: limit.rawValue
    case .unclear: "shortness of the run"
    }
  }

  private static func transforms(_ results: [BenchResult]) -> String {
    var texts: [String] = []
    for result in results {
      let text = result.point.transformSettings.map(\.value.plain).joined(separator: ", ")
      if !texts.contains(text) { texts.append(text) }
    }
    return texts.joined(separator: "; ")
  }

  /// The most important figures of a result.
  private static func figures(_ result: BenchResult) -> [PageContent.Item] {
    let waits = result.waitPercentiles
    var items: [PageContent.Item] = [
      .init(name: "images/s, median", value: rate(result.imagesPerSecond)),
      .init(name: "first batch after", value: Quantity.time(result.firstBatchSeconds)),
      .init(name: "wait for a batch, p50", value: Quantity.time(waits[0].seconds)),
      .init(name: "wait for a batch, p99", value: Quantity.time(waits[2].seconds)),
      .init(name: "most memory", value: Quantity.bytes(result.peakResidentBytes)),
    ]
    if let utilisation = result.trainer?.utilisation {
      items.insert(
        .init(name: "trainer is busy", value: Quantity.fixed(utilisation, digits: 1) + " %"), at: 1)
    }
    return items
  }

  // MARK: One result

  /// The most looks at a queue that a page shows: about two for each pixel of a figure are of no use.
  private static let mostLooks = 400

  private func point(_ result: BenchResult) -> PageContent.Point {
    let waits = result.waitPercentiles
    return PageContent.Point(
      label: title(result), verdict: result.verdict.text, fills: Self.fills(result.medianRun),
      waits: Self.waits(result.waits),
      waitMarks: [("half", waits[0].seconds), ("99 %", waits[2].seconds)],
      order: result.shuffle.map { order($0, result) })
  }

  /// Which of `count` looks are shown.
  private static func shown(_ count: Int) -> [Int] {
    guard count > mostLooks else { return Array(0..<count) }
    return (0..<mostLooks).map { $0 * (count - 1) / (mostLooks - 1) }
  }

  private static func fills(_ run: Measurement) -> [PageContent.Fill] {
    let queues: [(QueueStatistics, KeyPath<QueueFill, Int>)] = [
      (run.queues.records, \.records), (run.queues.plans, \.plans), (run.queues.ready, \.ready),
    ]
    return queues.map { queue, size in
      PageContent.Fill(
        name: "\(queue.name) (\(Quantity.grouped(queue.capacity)))",
        points: shown(run.fill.count).map { index in
          (
            run.fill[index].at.inSeconds,
            Double(run.fill[index][keyPath: size]) / Double(max(1, queue.capacity))
          )
        })
    }
  }

  /// The waits in steps of a sixth of a power of ten.
  private static func waits(_ waits: Measurement.Waits) -> [PageContent.Wait] {
    guard waits.totalCount > 0 else { return [] }
    /// Steps in a power of ten.
    let steps = 6.0
    let first = Int((log10(max(1, Double(waits.min))) * steps).rounded(.down))
    let last = Int((log10(max(1, Double(waits.max))) * steps).rounded(.down))
    return (first...last).map { step in
      let (low, high) = (pow(10, Double(step) / steps), pow(10, Double(step + 1) / steps))
      let from = step == first ? 0 : UInt64(low.rounded(.up))
      let count = waits.count(within: from...max(from, UInt64(high.rounded(.up)) - 1))
      return PageContent.Wait(seconds: low * 1e-9..<high * 1e-9, count: Int(count))
    }
  }

  private func order(_ shuffle: ShuffleQuality, _ result: BenchResult) -> PageContent.Order {
    let share = Quantity.percent(shuffle.displacementRatio)
    let distance = Quantity.short(shuffle.meanDisplacement)
    return PageContent.Order(
      recordCount: shuffle.recordCount, points: shuffle.sample.map { ($0.delivered, $0.source) },
      text:
        "A record comes \(distance) places from where it was on average, \(share) as far as if all of "
        + (shuffle.coverage < 1 ? "these records" : "an epoch") + " were drawn at random."
        + (shuffle.coverage < 1
          ? " Places count the \(Quantity.count(shuffle.recordCount, "record")) that were delivered." : ""))
  }
}

extension String {
  /// Without the blanks around it.
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
