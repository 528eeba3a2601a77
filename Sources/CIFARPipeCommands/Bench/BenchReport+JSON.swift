import InputPipeline

extension BenchReport {
  /// The report as an object; keys are added, never changed.
  var json: JSON {
    .object(
      occasion.jsonMembers + [
        ("results", .array(results.map { .object(members(of: $0)) }))
      ])
  }

  /// The members of a result, with how it stands to an earlier one.
  func members(of result: BenchResult) -> [(String, JSON)] {
    guard let comparison else { return result.jsonMembers }
    return result.jsonMembers + [("comparison", comparison.json(of: result, on: occasion))]
  }
}

extension BenchResult {
  /// The members of the result as an object.
  var jsonMembers: [(String, JSON)] {
    let options = point.options
    return [
      ("threads", .integer(options.threads)), ("batch_size", .integer(options.batchSize)),
      ("min_after_dequeue", .optional(point.minAfterDequeue)),
      ("configuration", .object((point.sweptSettings + point.transformSettings).map { ($0.name, $0.value) })),
      ("runs", .integer(runs.count)), ("images", .integer(medianRun.images)),
      ("images_per_s", imagesPerSecond.json), ("batches_per_s", batchesPerSecond.json),
      ("bytes_per_s", imagesPerSecond.scaled(by: Double(point.exampleLength)).json),
      ("first_batch_s", .number(firstBatchSeconds)),
      ("batch_wait_s", .object(waitPercentiles.map { ($0.name, .number($0.seconds)) })),
      ("peak_rss_bytes", .integer(peakResidentBytes)),
      ("cpu_s_per_million_images", .number(processorSecondsPerMillion)),
      ("cpu_s_per_million_transformed", .number(timePerImage.inSeconds * 1e6)),
      ("others_used_processors", othersUsed.map { .number($0) } ?? .null),
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
      ("warnings", .array(warnings.map { .string($0) })),
      ("measurements", .array(runs.map(\.json))),
    ]
  }

  private var baselineJSON: JSON {
    guard let baseline else { return .null }
    return .object([
      ("images_per_s", .number(baseline)), ("ratio", .number(imagesPerSecond.median / baseline)),
    ])
  }
}

extension Measurement {
  /// The figures of one run.
  fileprivate var json: JSON {
    .object([
      ("images_per_s", .number(imagesPerSecond)), ("seconds", .number(elapsed.inSeconds)),
      ("first_batch_s", .number(firstBatch.inSeconds)), ("cpu_s", .number(processorTime.inSeconds)),
      ("au_percent", trainer?.utilisation.map { .number($0) } ?? .null),
    ])
  }
}

extension Spread {
  fileprivate var json: JSON {
    .object([
      ("median", .number(median)), ("min", range.map { .number($0.lowerBound) } ?? .null),
      ("max", range.map { .number($0.upperBound) } ?? .null),
      ("stddev", deviation.map { .number($0) } ?? .null),
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
