import Threads

/// What all threads and queues of a ``RecordPipeline`` do at one moment.
package struct PipelineSnapshot: Sendable {
  /// A stage; its threads do the same work.
  package enum Stage: String, Sendable, CaseIterable {
    case parts, reader, batcher, workers, consumer
  }

  /// A thread of a stage.
  package struct Thread: Sendable {
    package var stage: Stage
    package var activity: ThreadActivity.Snapshot

    package init(stage: Stage, activity: ThreadActivity.Snapshot) {
      self.stage = stage
      self.activity = activity
    }
  }

  /// All threads, from the first stage to the last.
  package var threads: [Thread]
  package var queues: PipelineStatistics
  /// The last batch that was delivered; `nil` before the first.
  package var lastBatch: BatchSchedule.Entry?
  /// How long ago that was, or for how long the first was waited for; to a few milliseconds.
  package var sinceLastBatch: Duration

  package init(
    threads: [Thread], queues: PipelineStatistics, lastBatch: BatchSchedule.Entry?, sinceLastBatch: Duration
  ) {
    self.threads = threads
    self.queues = queues
    self.lastBatch = lastBatch
    self.sinceLastBatch = sinceLastBatch
  }

  /// The stage that holds the others up at this moment: from the consumer backwards the first one of which not all
  /// threads wait for the stage before it.
  ///
  /// Workers that wait for slots wait for the consumer, who has them.
  package var holdingStage: Stage {
    let inputs: [(Stage, String)] = [
      (.consumer, queues.ready.name), (.workers, queues.plans.name), (.batcher, queues.records.name),
      (.reader, queues.parts.name),
    ]
    for (stage, input) in inputs {
      let phases = threads.lazy.filter { $0.stage == stage }.map(\.activity.phase)
      let isIdle = phases.allSatisfy { $0 == .ended || $0 == .waiting(.init(queue: input, side: .element)) }
      guard !isIdle else { continue }
      let lacksSlots =
        stage == .workers
        && phases.allSatisfy {
          $0 == .ended || $0 == .waiting(.init(queue: BatchPool.slotsName, side: .element))
            || $0 == .waiting(.init(queue: input, side: .element))
        }
      return lacksSlots ? .consumer : stage
    }
    return .parts
  }
}
