import CIFAR
import InputPipeline

/// What all runs of one command line have in common: the records, the transform, the seed and the share.
struct RunInputs {
  /// The records.
  var dataset: CIFARDataset
  /// How they become examples.
  let transform: CIFARTransform
  /// What every random choice derives from: the one that was given, or a random one.
  let seed: UInt64

  private let split: Split
  private let pipelineOptions: PipelineOptions
  private let share: BatchShare
  /// Where the run that is continued stood.
  private let earlier: ResumeToken?

  /// Checks the command line first, then opens the data.
  ///
  /// - Parameters:
  ///   - sizes: All sizes that runs will have.
  /// - Throws: ``CommandError``, ``ResumeError``, `TransformError`, or what opening the data throws.
  init(
    _ datasetOptions: DatasetOptions, _ pipelineOptions: PipelineOptions, _ resumeOptions: ResumeOptions,
    _ shardOptions: ShardOptions, sizes: [PipelineSizes], console: Console
  ) throws {
    earlier = try resumeOptions.earlier()
    for one in sizes { try pipelineOptions.check(one) }
    let environment = Environment.current
    // A run that continues another has its seed, whether the command line repeats it or not.
    let given = pipelineOptions.seed ?? earlier?.value("seed").flatMap { UInt64($0) }
    share = try shardOptions.share(environment, hasSeed: given != nil, console: console)
    seed = given ?? .random(in: .min ... .max)
    split = datasetOptions.split
    self.pipelineOptions = pipelineOptions
    transform = try pipelineOptions.compiledTransform(for: datasetOptions.dataset, seed: seed)
    dataset = try DatasetOpening(datasetOptions, environment: environment).open()
    console.note("seed \(seed)")
  }

  /// The options of a run with `sizes`.
  ///
  /// - Parameter batches: How many batches are delivered where the command line does not say; one epoch if `nil`.
  /// - Throws: ``CommandError/usage(_:)``; ``ResumeError/differs(field:token:run:)`` where the run does not continue
  ///   the one of the token.
  func options(
    _ sizes: PipelineSizes, batches: Int? = nil
  ) throws -> RecordPipelineOptions {
    var options = try pipelineOptions.recordPipelineOptions(
      sizes, recordCount: dataset.records.recordCount, seed: seed)
    options.share = share
    if options.epochs == nil && options.batches == nil {
      options.batches = batches
      options.epochs = batches == nil ? 1 : nil
    }
    if let earlier {
      try earlier.check(continuedBy: token(options))
      options.firstBatch = earlier.next
    }
    return options
  }

  /// The token of a run with `options` before its first batch.
  ///
  /// - Throws: What reading the records for the fingerprint throws.
  func token(_ options: RecordPipelineOptions) throws -> ResumeToken {
    try ResumeToken(
      options, dataset: dataset, split: split, transform: transform, labels: pipelineOptions.labels, next: 0)
  }

  /// A pipeline that has not started.
  ///
  /// - Parameter store: Memory with records from an earlier run; that of the data set, or a new one, if `nil`.
  /// - Throws: What `RecordPipeline` throws.
  func pipeline(
    _ options: RecordPipelineOptions, store: (any RecordStore)? = nil
  ) throws -> RecordPipeline {
    try RecordPipeline(
      dataset.records, transform: transform, options: options, store: store ?? dataset.store)
  }
}
