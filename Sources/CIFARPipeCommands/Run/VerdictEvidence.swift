import InputPipeline

/// What was measured of a run, in plain numbers.
struct VerdictEvidence {
  /// What the threads of a stage did; times of several threads add up.
  struct Times {
    var threads = 1
    /// When they put in their last element: from then on they neither work nor wait.
    var end = Duration.zero
    /// The time without an element to take.
    var starved = Duration.zero
    /// The time without room for an element.
    var held = Duration.zero
  }

  /// Reading all records into memory, before or in the first epoch.
  struct Load {
    var time: Duration
    var byteCount: Int
    /// Whether most of the time went into unpacking an archive.
    var isUnpacking = false

    var bytesPerSecond: Double { Double(byteCount) / max(time.inSeconds, 1e-9) }
  }

  /// From the start of the threads to the last batch.
  var elapsed = Duration.zero
  /// From there to the first batch; zero where no other batch followed.
  var filling = Duration.zero
  /// The processor time of the process meanwhile.
  var processorTime = Duration.zero
  /// The stages that have a thread each, and the workers.
  var reader = Times(), batcher = Times(), workers = Times(), consumer = Times()
  /// Batches that were delivered.
  var batches = 0
  /// How many epochs they are, in parts too.
  var epochs = 0.0
  /// Whether records are read anew in each epoch.
  var isStreamed = false
  /// Whether the records come from no storage at all.
  var isGenerated = false
  /// How much of the time the simulated consumer was busy, in percent; `nil` for one that takes batches as they come.
  var utilisation: Double?
  /// The least utilisation that somebody wants, in percent.
  var leastUtilisation: Double?
  /// The processor time of making the run's examples without queues and threads, if that was measured.
  var transformTime: Duration?
  /// How many processors other programs used meanwhile, if that is known.
  var othersUsed: Double?
  /// The load of the records, if it was measured and they stay in memory.
  var load: Load?
}

extension VerdictEvidence {
  /// What the queues tell `elapsed` after the start of a run with `threads` workers, all of whose stages still work.
  ///
  /// - Parameter filling: The time to the first batch; zero where no other batch has followed.
  init(_ queues: PipelineStatistics, threads: Int, elapsed: Duration, filling: Duration) {
    self.elapsed = elapsed
    self.filling = filling
    reader = Times(
      end: elapsed, starved: queues.parts.dequeueWait,
      held: queues.records.enqueueWait + (queues.freeSlots?.dequeueWait ?? .zero))
    batcher = Times(end: elapsed, starved: queues.records.dequeueWait, held: queues.plans.enqueueWait)
    workers = Times(
      threads: threads, end: elapsed, starved: queues.plans.dequeueWait, held: queues.ready.enqueueWait)
    consumer = Times(end: elapsed, starved: queues.ready.dequeueWait)
    isStreamed = queues.freeSlots != nil
  }
}
