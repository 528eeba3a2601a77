import InputPipeline

extension BenchReport {
  /// The report for people: tables of all results, then the queues, the stages and the verdict of each.
  var text: String {
    let first = results[0]
    let images = Figures.grouped(first.medianRun.images)
    var text = machine.text + "\n"
    text +=
      first.runs.count == 1
      ? "one run of \(images) images\n"
      : "\(first.runs.count) runs of \(images) images each: their median, slowest and fastest\n"
    for rows in [results.map(Self.speed), results.map(Self.cost)] { text += "\n" + Self.aligned(rows) }
    for result in results {
      text += "\n\(result.title)\n"
      text += Self.aligned(result.medianRun.queues.map(Self.columns))
      text += "busy: " + result.verdict.stages.map(Self.words).joined(separator: ", ") + "\n"
      if let workers = result.verdict.feedableWorkers, workers >= Double(result.options.threads) {
        text += "reader and batcher could feed about \(Figures.grouped(Int(workers))) such workers\n"
      }
      text += "measuring took at most \(Figures.fixed(result.ownCost * 100, digits: 2)) % of the time\n"
      text += "verdict: \(result.verdict.text)\n"
    }
    return text
  }

  private static func words(_ stage: Verdict.Stage) -> String {
    "\(stage.name) \(Figures.percent(stage.busy))"
  }

  /// A queue as a line of a table.
  private static func columns(_ queue: QueueStatistics) -> [(name: String, value: String)] {
    [
      ("queue", queue.name), ("capacity", queue.capacity == .max ? "-" : Figures.grouped(queue.capacity)),
      ("mean size", Figures.fixed(queue.meanOccupancy, digits: 1)),
      ("producers waited", Figures.time(queue.enqueueWait.inSeconds)),
      ("consumers waited", Figures.time(queue.dequeueWait.inSeconds)),
    ]
  }

  /// Lines with a head, the first column to the left and the others to the right.
  private static func aligned(_ rows: [[(name: String, value: String)]]) -> String {
    guard let head = rows.first?.map(\.name) else { return "" }
    let lines = [head] + rows.map { $0.map(\.value) }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max()! }
    return lines.map { line in
      line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return column == 0 ? line[column] + padding : padding + line[column]
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}

extension BenchResult {
  /// What the queues below it belong to.
  fileprivate var title: String {
    let threads = options.threads == 1 ? "1 thread" : "\(options.threads) threads"
    let order = minimumText == "-" ? "not shuffled" : "min after dequeue \(minimumText)"
    return "\(threads), batches of \(options.batchSize), \(order):"
  }
}
