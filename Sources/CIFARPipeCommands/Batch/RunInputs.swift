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

  private let pipelineOptions: PipelineOptions
  private let share: BatchShare

  /// Checks the command line first, then opens the data.
  ///
  /// - Parameters:
  ///   - sizes: All sizes that runs will have.
  ///   - earlierSeed: The seed of the run that is continued, where the command line names none.
  /// - Throws: ``CommandError``, `TransformError`, or what opening the data throws.
  init(
    _ datasetOptions: DatasetOptions, _ pipelineOptions: PipelineOptions, _ shardOptions: ShardOptions,
    sizes: [PipelineSizes], earlierSeed: UInt64? = nil, console: Console
  ) throws {
    for one in sizes { try pipelineOptions.check(one) }
    let environment = Environment.current
    let given = pipelineOptions.seed ?? earlierSeed
    share = try shardOptions.share(environment, hasSeed: given != nil, console: console)
    seed = given ?? .random(in: .min ... .max)
    self.pipelineOptions = pipelineOptions
    transform = try pipelineOptions.compiledTransform(for: datasetOptions.dataset, seed: seed)
    dataset = try DatasetOpening(datasetOptions, environment: environment).open()
    console.note("seed \(seed)")
  }

  /// The options of a run with `sizes`.
  ///
  /// - Parameter batches: How many batches are delivered where the command line does not say; one epoch if `nil`.
  func options(
    _ sizes: PipelineSizes, batches: Int? = nil
  ) throws(CommandError) -> RecordPipelineOptions {
    var options = try pipelineOptions.recordPipelineOptions(
      sizes, recordCount: dataset.records.recordCount, seed: seed)
    options.share = share
    if options.epochs == nil && options.batches == nil {
      options.batches = batches
      options.epochs = batches == nil ? 1 : nil
    }
    return options
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
