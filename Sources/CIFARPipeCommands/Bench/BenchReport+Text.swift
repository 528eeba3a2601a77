import InputPipeline

extension BenchReport {
  /// The columns of a terminal that has never been made wider.
  private static let width = 80

  /// The report for people: tables of all results, then the queues, the stages and the verdict of each.
  var text: String {
    var text = ""
    for (name, value) in occasion.lines { text += Self.wrapped("\(name): ", value) }
    text += Self.wrapped("runs: ", runs)
    text += fittedTables
    if !ranking.isEmpty { text += "\n" + ranking.map { Self.wrapped("", $0) }.joined() }
    for result in results { text += "\n" + details(result) }
    if let comparison { text += "\n" + comparison.text(of: self) }
    return text
  }

  private var runs: String {
    let counts = results.map(\.runs.count)
    let sizes = results.map(\.medianRun.images)
    let images =
      sizes.min() == sizes.max()
      ? Quantity.count(sizes[0], "image")
      : "\(Quantity.grouped(sizes.min()!)) to \(Quantity.count(sizes.max()!, "image"))"
    if counts.max() == 1 { return "one run of \(images)" }
    let count = counts.min() == counts.max() ? "\(counts[0])" : "\(counts.min()!) to \(counts.max()!)"
    return "\(count) of \(images) each; figures are medians, ± is the standard deviation"
  }

  /// The queues, the stages and the verdict of a result.
  private func details(_ result: BenchResult) -> String {
    let transform = result.point.transformSettings.map(\.value.plain).joined(separator: ", ")
    var text = title(result).isEmpty ? "" : Self.wrapped("", title(result) + ":")
    text += Self.wrapped("images: ", transform)
    text += Self.aligned(result.medianRun.queues.all.map(Self.columns))
    text += Self.wrapped("busy: ", result.verdict.stages.map(Self.words).joined(separator: ", "))
    if let workers = result.verdict.feedableWorkers, workers >= Double(result.point.options.threads) {
      text += "reader and batcher could feed about \(Quantity.grouped(Int(workers))) such workers\n"
    }
    text += "measuring took at most \(Quantity.fixed(result.ownCost * 100, digits: 2)) % of the time\n"
    if let digest = result.digest { text += "sha256 \(digest)\n" }
    for warning in result.warnings { text += Self.wrapped("warning: ", warning) }
    return text + Self.wrapped("verdict: ", result.verdict.text)
  }

  private static func words(_ stage: Verdict.Stage) -> String {
    "\(stage.name) \(Quantity.percent(stage.busy))"
  }

  /// A queue as a line of a table.
  private static func columns(_ queue: QueueStatistics) -> [Column] {
    [
      ("queue", queue.name), ("capacity", queue.capacity == .max ? "-" : Quantity.grouped(queue.capacity)),
      ("mean size", Quantity.fixed(queue.meanOccupancy, digits: 1)),
      ("producers waited", Quantity.time(queue.enqueueWait.inSeconds)),
      ("consumers waited", Quantity.time(queue.dequeueWait.inSeconds)),
    ]
  }

  /// The tables; where one is too wide, numbers stand in all of them for what tells the results apart.
  private var fittedTables: String {
    let plain = tables.map(Self.aligned)
    guard plain.joined().split(separator: "\n").contains(where: { $0.count > Self.width }) else {
      return plain.map { "\n" + $0 }.joined()
    }
    let labelCount = label(results[0]).count
    let legend = results.enumerated().map { Self.wrapped("#\($0.offset + 1) ", title($0.element)) }.joined()
    return "\n" + legend
      + tables.map { rows in
        "\n"
          + Self.aligned(
            rows.enumerated().map { index, row in [("", "#\(index + 1)")] + row.dropFirst(labelCount) })
      }.joined()
  }

  /// Rows with a head, all to the right but for what comes before the first number.
  private static func aligned(_ rows: [[Column]]) -> String {
    Table.text(Array(rows.prefix(1).map { $0.map(\.name) }) + rows.map { $0.map(\.value) }, rightAligned: 1)
  }

  private static func wrapped(_ name: String, _ text: String) -> String {
    Wrapping.text(name + text, width: width, indentation: min(max(2, name.count), 10)) + "\n"
  }
}
