import InputPipeline
import Threads

/// The frames of a live view of one pipeline, from what it tells at each moment.
final class PipelineFrames: Sendable {
  /// What is known of the run at one moment.
  struct Moment {
    let at: ContinuousClock.Instant
    /// Batches that were delivered.
    let batches: Int
  }

  /// What limits is told when batches have come for so long.
  private static let tellingTime = Duration.milliseconds(500)

  private let pipeline: RecordPipeline
  private let title: String?
  private let start = ContinuousClock.now
  private let processorStart = ThisProcess.processorTime
  private let state = Monitor(State())

  private struct State {
    /// Those of the last second, the oldest first.
    var moments: [Moment] = []
    /// From the start to the first batch.
    var filling: Duration?
  }

  /// The frames of a run that begins now.
  ///
  /// - Parameter title: What the run is called where there are several: `run 3 of 5`.
  init(of pipeline: RecordPipeline, title: String?) {
    self.pipeline = pipeline
    self.title = title
  }

  /// The frame of this moment.
  var current: LiveFrame {
    let now = pipeline.snapshot
    let moment = Moment(at: .now, batches: now.queues.ready.dequeuedCount)
    let (oldest, filling) = state.withLock { state in
      // A rate over a second is steady enough to be read, and follows the run.
      state.moments.removeAll { $0.at < moment.at - .seconds(1) }
      state.moments.append(moment)
      if moment.batches > 0 && state.filling == nil { state.filling = start.duration(to: moment.at) }
      return (state.moments[0], state.filling)
    }
    return LiveFrame(
      progress: progress(now, batchesPerSecond: Self.rate(from: oldest, to: moment)),
      queues: now.queues.all.map { Self.queue($0, now.threads) },
      notes: notes(now, filling: filling, at: moment.at))
  }

  private static func rate(from oldest: Moment, to newest: Moment) -> Double? {
    let seconds = oldest.at.duration(to: newest.at).inSeconds
    return seconds > 0 ? Double(newest.batches - oldest.batches) / seconds : nil
  }

  private func progress(_ now: PipelineSnapshot, batchesPerSecond rate: Double?) -> [String] {
    let schedule = pipeline.schedule
    let done = now.lastBatch.map { $0.number + 1 } ?? pipeline.options.firstBatch
    var parts = [title].compactMap(\.self)
    let images = rate.map { Quantity.grouped(Int($0 * Double(schedule.batchSize))) } ?? "-"
    parts.append("\(images) images/s")
    parts.append(
      "\(Quantity.grouped(done))" + (schedule.batchCount.map { " of \(Quantity.grouped($0))" } ?? "")
        + " batches")
    if schedule.epochCount != 1, let epoch = now.lastBatch?.epoch {
      parts.append("epoch \(epoch + 1)" + (schedule.epochCount.map { " of \($0)" } ?? ""))
    }
    // Of the batches that are left, this process delivers its share.
    if let count = schedule.batchCount, let rate, rate > 0 {
      let left = Double(count - done) / Double(schedule.share.count) / rate
      if left < 1e6 { parts.append("\(Quantity.seconds(Int(left.rounded(.up)))) left") }
    }
    return parts
  }

  /// A queue, with how many of the threads that use it wait there.
  private static func queue(_ queue: QueueStatistics, _ threads: [PipelineSnapshot.Thread]) -> LiveFrame.Queue
  {
    LiveFrame.Queue(
      name: queue.name, size: queue.size, capacity: queue.capacity == .max ? nil : queue.capacity,
      waiting: [ThreadActivity.Side.room, .element].compactMap { waiting(threads, at: queue.name, for: $0) }
        .joined(separator: ", "))
  }

  /// Who waits: `reader waits for room`, `2 of 4 workers wait`; `nil` if nobody does.
  static func waiting(
    _ threads: [PipelineSnapshot.Thread], at queue: String, for side: ThreadActivity.Side
  ) -> String? {
    let words = PipelineSnapshot.Stage.allCases.compactMap { stage -> String? in
      let all = threads.filter { $0.stage == stage }
      let waiting = all.count { $0.activity.phase == .waiting(.init(queue: queue, side: side)) }
      guard waiting > 0 else { return nil }
      return stage == .workers
        ? "\(waiting) of \(all.count) \(all.count == 1 ? "worker waits" : "workers wait")" : "\(stage) waits"
    }
    return words.isEmpty ? nil : words.joined(separator: ", ") + (side == .room ? " for room" : "")
  }

  private func notes(
    _ now: PipelineSnapshot, filling: Duration?, at instant: ContinuousClock.Instant
  ) -> [String] {
    let queues = Set(now.queues.all.map(\.name))
    let others = Set(
      now.threads.compactMap { thread -> String? in
        guard case .waiting(let wait) = thread.activity.phase, !queues.contains(wait.queue) else {
          return nil
        }
        return wait.queue
      })
    let elsewhere = others.sorted().compactMap { name in
      Self.waiting(now.threads, at: name, for: .element).map { "\($0) for \(name)" }
    }
    guard let filling else { return elsewhere + ["filling the queues"] }
    let elapsed = start.duration(to: instant)
    guard elapsed - filling >= Self.tellingTime else { return elsewhere }
    var evidence = VerdictEvidence(
      now.queues, threads: pipeline.options.threads, elapsed: elapsed, filling: filling)
    evidence.processorTime = ThisProcess.processorTime - processorStart
    evidence.batches = now.queues.ready.dequeuedCount
    return elsewhere + [Self.limit(Verdict(evidence))]
  }

  /// What limits so far, in a few words.
  static func limit(_ verdict: Verdict) -> String {
    let stage = verdict.stages.first { $0.name.rawValue == verdict.limit.rawValue }
    let words =
      switch verdict.limit {
      case .reader, .batcher, .workers, .consumer, .processors, .unclear: verdict.limit.rawValue
      case .wakeUps: "handing batches over"
      case .queue: "the size of the shuffle queue"
      case .load: "the first load of the records"
      }
    return "limit so far: \(words)"
      + (stage.map { " (at work \(Quantity.percent($0.busy)) of the time)" } ?? "")
  }
}
