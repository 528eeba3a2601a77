import InputPipeline

extension BenchReport {
  /// The report for people: tables of all results, then the queues, the stages and the verdict of each.
  var text: String {
    let first = results[0]
    let images = Quantity.grouped(first.medianRun.images)
    var text = machine.text + "\n"
    text +=
      first.runs.count == 1
      ? "one run of \(images) images\n"
      : "\(first.runs.count) runs of \(images) images each: their median, slowest and fastest\n"
    for rows in [results.map(Self.speed), results.map(Self.cost)] { text += "\n" + Self.aligned(rows) }
    for result in results {
      text += "\n\(result.title)\n"
      text += Self.aligned(result.medianRun.queues.all.map(Self.columns))
      text += "busy: " + result.verdict.stages.map(Self.words).joined(separator: ", ") + "\n"
      if let workers = result.verdict.feedableWorkers, workers >= Double(result.options.threads) {
        text += "reader and batcher could feed about \(Quantity.grouped(Int(workers))) such workers\n"
      }
      text += "measuring took at most \(Quantity.fixed(result.ownCost * 100, digits: 2)) % of the time\n"
      text += "verdict: \(result.verdict.text)\n"
    }
    return text
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

  /// Rows with a head, the first column to the left and the others to the right.
  private static func aligned(_ rows: [[Column]]) -> String {
    Table.text(Array(rows.prefix(1).map { $0.map(\.name) }) + rows.map { $0.map(\.value) }, rightAligned: 1)
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
