import Platform
import Threads

/// What can be seen of a run from outside.
extension RecordPipeline {
  /// What all threads and queues do now; never waits.
  package var snapshot: PipelineSnapshot {
    let number = lastBatch.load(ordering: .relaxed)
    var threads = stages.flatMap { stage, activities in
      activities.map { PipelineSnapshot.Thread(stage: stage, activity: $0.snapshot) }
    }
    let since = Duration.nanoseconds(Swift.max(0, Self.coarseTime - lastBatchTime.load(ordering: .relaxed)))
    // Who never waits has been at work for many batches; what counts is the last.
    let consumer = threads.count - 1
    if threads[consumer].activity.phase == .working {
      threads[consumer].activity.duration = Swift.min(threads[consumer].activity.duration, since)
    }
    return PipelineSnapshot(
      threads: threads, queues: statistics, lastBatch: number < 0 ? nil : schedule.entry(number),
      sinceLastBatch: lastBatchTime.load(ordering: .relaxed) == 0 ? .zero : since)
  }

  /// What everybody did when the stall limit had passed; `nil` if it has not.
  package var stallSnapshot: PipelineSnapshot? { stall.withLock { $0 } }

  /// Keeps for each thread the last spans of what it does, `capacity` of them in all; called before the start.
  package func record(_ capacity: Int) {
    let activities = stages.flatMap(\.activities)
    for activity in activities { activity.record(Swift.max(1, capacity / activities.count)) }
  }

  /// The stages from first to last, with what their threads do.
  package var stages: [(stage: PipelineSnapshot.Stage, activities: [ThreadActivity])] {
    zip(PipelineSnapshot.Stage.allCases, runners.map(\.activities) + [[consumer]]).map { ($0, $1) }
  }

  /// Notes that this thread asks for a batch, done with the last one.
  func beginToWait() {
    consumer.makeCurrent()
    let number = lastBatch.load(ordering: .relaxed)
    if number >= 0 {
      consumer.finish("deliver", number)
    } else if lastBatchTime.load(ordering: .relaxed) == 0 {
      lastBatchTime.store(Self.coarseTime, ordering: .relaxed)
    }
  }

  /// Notes that this thread has a batch.
  func noteDelivery(of batch: Batch) {
    if batch.entry.indexInEpoch < schedule.share.count { consumer.mark("epoch", batch.entry.epoch) }
    lastBatch.store(batch.entry.number, ordering: .relaxed)
    lastBatchTime.store(Self.coarseTime, ordering: .relaxed)
  }

  /// Notes what everybody does when the stall limit has passed.
  func noteStall() -> PipelineSnapshot {
    var snapshot = snapshot
    // This thread has just given up its wait.
    let consumer = snapshot.threads.count - 1
    snapshot.threads[consumer].activity.phase = .waiting(.init(queue: ready.name, side: .element))
    snapshot.threads[consumer].activity.duration = options.stallLimit!
    stall.withLock { $0 = $0 ?? snapshot }
    return snapshot
  }

  /// A time in nanoseconds to a few milliseconds, for hardly more than reading a variable.
  private static var coarseTime: Int { Int(cp_coarse_nanoseconds()) }
}
