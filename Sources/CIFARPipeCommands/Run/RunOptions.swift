import ArgumentParser
import CIFAR
import InputPipeline

/// Which records, which pipeline, and which share of its batches: the options that all runs have.
///
/// The commands hold the groups themselves. In one group of groups the checks that the parser makes of itself in debug
/// builds take a second for each start, because each level does them again for all levels below.
protocol RunOptions {
  associatedtype Sizes: SizesArguments

  var data: DatasetOptions { get }
  var sizeOptions: Sizes { get }
  var pipeline: PipelineOptions { get }
  var shard: ShardOptions { get }
  var messages: MessageOptions { get }
}

extension RunOptions {
  /// All sizes that runs will have.
  var sizes: [PipelineSizes] { sizeOptions.sizes }

  /// Checks the command line first, then opens the data.
  ///
  /// - Parameter beforeOpening: Is told the token of the run before its first batch, with what is known of it by then.
  /// - Throws: ``CommandError``, ``ResumeError``, `TransformError`, or what opening the data throws.
  func prepare(_ console: Console, beforeOpening: (ResumeToken) -> Void = { _ in }) throws -> RunInputs {
    let earlier = try pipeline.resume.map { try ResumeToken(given: $0) }
    for one in sizes { try pipeline.check(one) }
    let environment = Environment.current
    // A run that continues another has its seed, whether the command line repeats it or not.
    let given = pipeline.seed ?? earlier?.value("seed").flatMap { UInt64($0) }
    let drawn = given ?? .random(in: .min ... .max)
    func transforms(_ kind: DatasetKind) throws -> [CIFARTransform] {
      try sizes.map { try pipeline.compiledTransform(for: kind, $0.preset, seed: drawn) }
    }
    // One that has these labels, until the data are looked at.
    let presumed =
      data.dataset ?? DatasetKind.allCases.first { $0.facts.layout.labelFields(pipeline.labels) != nil }
      ?? .standard
    let presumedTransforms = try transforms(presumed)
    let isRandom = !pipeline.noShuffle || presumedTransforms.contains(where: \.isRandom)
    guard given != nil || !isRandom || pipeline.startBatch ?? 0 == 0 else {
      throw CommandError.usage("'--start-batch' needs '--seed': the batches before it had an order")
    }
    let seed = isRandom ? drawn : given ?? 0
    let share = try shard.share(
      of: data.split, environment, lacksSeed: isRandom && given == nil, console: console)
    func run(_ kind: DatasetKind?, _ transform: CIFARTransform) -> ResumeToken.Run {
      ResumeToken.Run(
        kind: kind, split: data.split, transform: transform, labels: pipeline.labels,
        labelType: pipeline.labelDtype, permutesAll: sizes[0].minAfterDequeue == .word)
    }
    var options = try pipeline.recordPipelineOptions(sizes[0], recordCount: 0, seed: seed)
    options.share = share
    options.firstBatch = pipeline.startBatch ?? 0
    // Looking at an archive to see what it is can take long as well.
    beforeOpening(earlier ?? ResumeToken(of: run(data.dataset, presumedTransforms[0]), options, nil))
    let opening = DatasetOpening(data, environment: environment, telling: messages)
    let recognized = try opening.recognized()
    let transform = try transforms(recognized.kind)[0]
    let origin = try opening.origin()
    let start = ContinuousClock.now
    let dataset = try opening.open(origin, as: recognized)
    let openingTime = start.duration(to: .now)
    console.note("seed \(seed)")
    return RunInputs(
      dataset: dataset, origin: origin, openingTime: openingTime, transform: transform, seed: seed,
      tokenRun: run(recognized.kind, transform), pipelineOptions: pipeline, share: share, earlier: earlier,
      console: console)
  }
}

/// What all runs of one command line have in common: the records, the transform, the seed and the share.
struct RunInputs {
  var dataset: CIFARDataset
  /// Where they come from.
  let origin: DatasetOrigin
  /// What opening it has taken: an archive is inflated then.
  let openingTime: Duration
  /// How they become examples in the first run of the command line.
  let transform: CIFARTransform
  /// What every random choice derives from: the one that was given, else a random one, or 0 where nothing is
  /// random, so that all processes and runs have the same token.
  let seed: UInt64

  fileprivate let tokenRun: ResumeToken.Run
  fileprivate let pipelineOptions: PipelineOptions
  let share: BatchShare
  /// Where the run that is continued stood.
  fileprivate let earlier: ResumeToken?
  fileprivate let console: Console

  /// Where a run ends when the command line does not say.
  enum DefaultEnd {
    case epoch
    case batches(Int)
    /// It goes on as long as somebody takes batches.
    case never
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
    let schedule = try options.schedule(recordCount: recordCount)
    try earlier?.check(continuedBy: token(options), schedule)
    if let first = earlier?.next ?? pipelineOptions.startBatch {
      options.firstBatch = first
      if schedule.isOver(at: first) {
        let option = earlier == nil ? "--start-batch" : "--resume"
        let message = "nothing is left to deliver: the run of '\(option)' ends before batch \(first)"
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

  /// The transform of a run with `sizes`.
  ///
  /// - Throws: ``TransformError`` or ``CommandError/usage(_:)``.
  func transform(_ sizes: PipelineSizes) throws -> CIFARTransform {
    try pipelineOptions.compiledTransform(for: dataset.kind, sizes.preset, seed: seed)
  }

  /// The token of a run with `options` before its first batch, which may be in the middle of an order.
  ///
  /// - Throws: What reading the records for the fingerprint throws.
  func token(_ options: RecordPipelineOptions) throws -> ResumeToken {
    try ResumeToken(of: tokenRun, options, ResumeToken.Contents(of: dataset))
  }

  /// Whether the run that is continued has left out the mark of its last epoch.
  var isMarkDue: Bool { earlier?.isMarkDue ?? false }

  /// A pipeline that has not started.
  ///
  /// - Parameters:
  ///   - transform: How records become examples; ``transform`` if `nil`.
  ///   - store: Memory with records from an earlier run; that of the data set, or a new one, if `nil`.
  ///   - slots: The memory of the batches; the pipeline's own if `nil`.
  /// - Throws: What `RecordPipeline` throws.
  func pipeline(
    _ options: RecordPipelineOptions, transform: CIFARTransform? = nil, store: (any RecordStore)? = nil,
    slots: BatchSlots? = nil
  ) throws -> RecordPipeline {
    try RecordPipeline(
      dataset.records, transform: transform ?? self.transform, options: options,
      store: store ?? dataset.store, slots: slots)
  }
}
