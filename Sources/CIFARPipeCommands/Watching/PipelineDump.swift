import InputPipeline
import Threads

/// What all threads and queues do at one moment, as messages for people.
struct PipelineDump {
  private let moment: PipelineSnapshot
  private let schedule: BatchSchedule
  private let verb: String

  /// The dump of a run of `schedule`.
  ///
  /// - Parameter verb: What the consumer does with its batches: `writing`.
  init(_ moment: PipelineSnapshot, _ schedule: BatchSchedule, verb: String) {
    self.moment = moment
    self.schedule = schedule
    self.verb = verb
  }

  /// All lines: the last batch, the threads from the last stage to the first, the queues, and who holds up the rest.
  var text: String {
    let names = ThreadNames(moment.threads)
    let threads = moment.threads.indices.reversed().map {
      "\(names.full[$0]): \(activity(moment.threads[$0]))"
    }
    return ([last] + threads + [queues, cause]).map(Console.line).joined()
  }

  private var last: String {
    let time = Quantity.time(moment.sinceLastBatch.inSeconds)
    guard let batch = moment.lastBatch else { return "last batch: none yet, after \(time)" }
    let all = schedule.batchCount.map { " of \($0)" } ?? ""
    // It is known to a few milliseconds.
    let ago = moment.sinceLastBatch < .milliseconds(10) ? "just now" : "\(time) ago"
    return "last batch: \(batch.number)\(all), in epoch \(batch.epoch), \(ago)"
  }

  private func activity(_ thread: PipelineSnapshot.Thread) -> String {
    let time = Quantity.time(thread.activity.duration.inSeconds)
    switch thread.activity.phase {
    case .unstarted: return "not started"
    case .working where thread.stage == .consumer: return "\(verb) for \(time)"
    case .working: return "at work"
    case .waiting(let wait): return "waits \(wait.words) for \(time)"
    case .ended: return "at its end"
    }
  }

  private var queues: String {
    "queues: "
      + moment.queues.all.map { queue in
        "\(queue.name) \(Quantity.grouped(queue.size))"
          + (queue.capacity == .max ? "" : " of \(Quantity.grouped(queue.capacity))")
      }.joined(separator: ", ")
  }

  private var cause: String {
    let stage = moment.holdingStage
    let threads = moment.threads.filter { $0.stage == stage }
    let working = threads.count { $0.activity.phase == .working }
    let what =
      switch stage {
      case .consumer where working == 0: "it keeps all slots"
      case .consumer: "it is \(verb)"
      case .workers: "\(working) of \(threads.count) at work"
      case .parts: "the list of files does not go on"
      case .reader, .batcher: working == 0 ? "it waits" : "it is at work"
      }
    let subject =
      stage == .workers ? "the workers hold" : stage == .parts ? "the list holds" : "the \(stage) holds"
    return "\(subject) the rest up now: \(what)"
  }
}

/// What people call the threads of a pipeline.
struct ThreadNames {
  /// Such as `worker 1`.
  let short: [String]
  /// With the name that debuggers and `top` show: `worker 1 (ready-0)`.
  let full: [String]

  init(_ threads: [PipelineSnapshot.Thread]) {
    short = threads.indices.map { index in
      let stage = threads[index].stage
      guard stage == .workers else { return stage.rawValue }
      return "worker \(threads[..<index].count { $0.stage == stage } + 1)"
    }
    full = zip(short, threads).map { name, thread in
      thread.stage == .consumer ? name : "\(name) (\(thread.activity.name))"
    }
  }
}

extension ThreadActivity.Wait {
  /// What is waited for: `for room in 'ready'`.
  var words: String { "for " + (side == .room ? "room in" : "something from") + " '\(queue)'" }
}
