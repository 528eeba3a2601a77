import InputPipeline

extension BenchReport {
  /// The report as an object; keys are added, never changed.
  var json: JSON {
    .object([
      ("schema", .string("cifar-pipe/bench/1")), ("machine", machine.json),
      ("results", .array(results.map { .object($0.jsonMembers) })),
    ])
  }
}

extension BenchResult {
  /// The members of the result as an object.
  var jsonMembers: [(String, JSON)] {
    [
      ("threads", .integer(options.threads)), ("batch_size", .integer(options.batchSize)),
      ("min_after_dequeue", Int(minimumText).map { .integer($0) } ?? .null),
      ("runs", .integer(runs.count)), ("images", .integer(medianRun.images)),
      ("images_per_s", imagesPerSecond.json), ("batches_per_s", batchesPerSecond.json),
      ("bytes_per_s", imagesPerSecond.scaled(by: Double(imageLength)).json),
      ("first_batch_s", .number(firstBatchSeconds)),
      ("batch_wait_s", .object(waitPercentiles.map { ($0.name, .number($0.seconds)) })),
      ("peak_rss_bytes", .integer(peakResidentBytes)),
      ("cpu_s_per_million_images", .number(processorSecondsPerMillion)),
      ("own_cost", .number(ownCost)),
      ("queues", .array(medianRun.queues.all.map(\.json))),
      ("stages", .array(verdict.stages.map(\.json))),
      (
        "verdict",
        .object([
          ("limit", .string(verdict.limit.rawValue)), ("text", .string(verdict.text)),
          ("feedable_workers", verdict.feedableWorkers.map { .number($0) } ?? .null),
        ])
      ),
      ("shuffle", shuffle?.json ?? .null), ("trainer", trainer?.json ?? .null),
      ("baseline_sync", baselineJSON), ("digest", digest.map { .string($0) } ?? .null),
    ]
  }

  private var baselineJSON: JSON {
    guard let baseline else { return .null }
    return .object([
      ("images_per_s", .number(baseline)), ("ratio", .number(imagesPerSecond.median / baseline)),
    ])
  }
}

extension BenchResult.Spread {
  fileprivate var json: JSON {
    .object([
      ("median", .number(median)), ("min", range.map { .number($0.lowerBound) } ?? .null),
      ("max", range.map { .number($0.upperBound) } ?? .null),
    ])
  }
}

extension QueueStatistics {
  fileprivate var json: JSON {
    .object([
      ("name", .string(name)), ("capacity", capacity == .max ? .null : .integer(capacity)),
      ("mean_size", .number(meanOccupancy)), ("enqueued", .integer(enqueuedCount)),
      ("dequeued", .integer(dequeuedCount)), ("enqueue_wait_s", .number(enqueueWait.inSeconds)),
      ("enqueue_waits", .integer(enqueueWaitCount)), ("dequeue_wait_s", .number(dequeueWait.inSeconds)),
      ("dequeue_waits", .integer(dequeueWaitCount)),
    ])
  }
}

extension Verdict.Stage {
  fileprivate var json: JSON {
    .object([
      ("name", .string(name.rawValue)), ("threads", .integer(threads)), ("busy", .number(busy)),
      ("starved", .number(starved)), ("held", .number(held)),
    ])
  }
}

extension ShuffleQuality {
  fileprivate var json: JSON {
    .object([
      ("mean_displacement", .number(meanDisplacement)), ("displacement_ratio", .number(displacementRatio)),
      ("rank_correlation", .number(rankCorrelation)),
      ("label_imbalance", labelImbalance.map { .number($0) } ?? .null), ("coverage", .number(coverage)),
    ])
  }
}

extension Trainer {
  fileprivate var json: JSON {
    .object([
      ("step_time_s", .number(stepTime.inSeconds)), ("steps", .integer(steps)),
      ("au_percent", utilisation.map { .number($0) } ?? .null), ("starved_s", .number(starved.inSeconds)),
      ("excluded_steps", .string("the wait for the first batch")),
    ])
  }
}
