import InputPipeline

extension BenchReport {
  /// The report for people: a table of all results, then the queues, the stages and the verdict of each.
  var text: String {
    var text = machine.text + "\n\n" + Self.aligned(results.map(Self.columns))
    for result in results {
      text += "\n\(result.options.threads) threads, batches of \(result.options.batchSize):\n"
      text += Self.aligned(result.medianRun.queues.map(Self.columns))
      text +=
        "stages busy: "
        + result.verdict.stages.map { "\($0.name) \(Figures.percent($0.busy))" }.joined(separator: ", ")
        + "\n"
      text += "verdict: \(result.verdict.text)\n"
    }
    return text
  }

  /// A queue as a line of a table.
  private static func columns(_ queue: QueueStatistics) -> [(name: String, value: String)] {
    [
      ("queue", queue.name), ("capacity", queue.capacity == .max ? "-" : String(queue.capacity)),
      ("mean size", Figures.short(queue.meanOccupancy)),
      ("put wait", Figures.time(queue.enqueueWait.inSeconds)),
      ("get wait", Figures.time(queue.dequeueWait.inSeconds)),
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
