import InputPipeline

/// Tells on a terminal how far a run is: the records that the first batch waits for, then the batches.
///
/// A thread of its own looks at the queues, so that it costs those who work nothing.
struct RunLine {
  private let pipeline: RecordPipeline
  private let reading: ProgressLine
  private let batches: ProgressLine?

  /// A line about a run of `pipeline`.
  ///
  /// - Parameter work: What is done with the batches, such as `writing`; `nil` where nobody needs to be told of them.
  init(_ messages: MessageOptions, _ pipeline: RecordPipeline, work: String?) {
    self.pipeline = pipeline
    reading = ProgressLine(messages, "reading", unit: .things("records"))
    batches = work.map { ProgressLine(messages, $0, unit: .things("batches")) }
  }

  /// Does `work`, which takes the batches.
  ///
  /// - Throws: What `work` throws, or `ThreadError`.
  func during<Result>(_ work: () throws -> Result) throws -> Result {
    guard reading.isWanted else { return try work() }
    TerminalTurn.shared.shareOutput(OutputStream.standard.isTerminal)
    defer {
      reading.end()
      batches?.end()
      TerminalTurn.shared.shareOutput(false)
    }
    return try Ticking(name: "progress", interval: .milliseconds(100)).during(
      { [self] in tell() }, work)
  }

  private func tell() {
    let queues = pipeline.statistics
    if queues.ready.dequeuedCount == 0 {
      return reading.show(queues.records.enqueuedCount, of: neededRecords)
    }
    reading.end()
    batches?.show(queues.ready.dequeuedCount, of: batchCount)
  }

  /// The records that are there before the first batch.
  private var neededRecords: Int {
    let options = pipeline.options
    guard case .shuffled(let minimum, _) = options.order else { return options.batchSize }
    return min(pipeline.schedule.recordCount, minimum + options.batchSize)
  }

  /// The batches of this process, but for one where they do not divide by the processes; `nil` without an end.
  private var batchCount: Int? {
    let (schedule, share) = (pipeline.schedule, pipeline.schedule.share)
    return schedule.batchCount.map { ($0 - pipeline.options.firstBatch + share.count - 1) / share.count }
  }
}
