import CIFAR
import InputPipeline

/// What all runs of one command line have in common: the records, the transform, the seed and the share.
struct RunInputs {
  /// The records.
  var dataset: CIFARDataset
  /// How they become examples.
  let transform: CIFARTransform
  /// What every random choice derives from: the one that was given, else a random one, or 0 where nothing is
  /// random, so that all processes and runs have the same token.
  let seed: UInt64

  private let split: Split
  private let pipelineOptions: PipelineOptions
  private let share: BatchShare
  /// Where the run that is continued stood.
  private let earlier: ResumeToken?
  private let console: Console

  /// Where a run ends when the command line does not say.
  enum DefaultEnd {
    case epoch
    case batches(Int)
    /// It goes on as long as somebody takes batches.
    case never
  }

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
    let drawn = given ?? .random(in: .min ... .max)
    transform = try pipelineOptions.compiledTransform(for: datasetOptions.dataset, seed: drawn)
    let isRandom = !pipelineOptions.noShuffle || transform.isRandom
    seed = isRandom ? drawn : given ?? 0
    split = datasetOptions.split
    share = try shardOptions.share(
      of: split, environment, lacksSeed: isRandom && given == nil, console: console)
    self.pipelineOptions = pipelineOptions
    self.console = console
    dataset = try DatasetOpening(datasetOptions, environment: environment).open()
    console.note("seed \(seed)")
  }

  /// The options of a run with `sizes`.
  ///
  /// - Throws: ``CommandError/usage(_:)``; ``ResumeError/differs(field:token:run:)`` where the run does not continue
  ///   the one of the token.
  func options(
    _ sizes: PipelineSizes, unlessTold end: DefaultEnd = .epoch
  ) throws -> RecordPipelineOptions {
    let recordCount = dataset.records.recordCount
    var options = try pipelineOptions.recordPipelineOptions(sizes, recordCount: recordCount, seed: seed)
    options.share = share
    let isTold = options.epochs != nil || options.batches != nil
    if !isTold {
      switch end {
      case .epoch: options.epochs = 1
      case .batches(let count): options.batches = count
      case .never: break
      }
    }
    if let earlier {
      try earlier.check(continuedBy: token(options))
      options.firstBatch = earlier.next
      if try options.schedule(recordCount: recordCount).isOver(at: earlier.next) {
        let message = "nothing is left to deliver: the run of '--resume' ends before batch \(earlier.next)"
        // Nobody said that the run ends there, so nobody expects that nothing comes.
        guard isTold else {
          throw CommandError.usage(
            message + "; tell with '--epochs' or '--batches' how much it delivers, counted from its beginning"
          )
        }
        console.hint(message)
      }
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
