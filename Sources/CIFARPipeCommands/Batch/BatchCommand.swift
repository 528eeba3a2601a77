import ArgumentParser
import CIFAR
import InputPipeline

/// `cifar-pipe batch`: delivers batches.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Deliver shuffled, transformed batches on standard output.",
    discussion: """
      The bytes depend on the records, the seed and the options, not on the number of threads or the \
      machine. Examples:

        cifar-pipe batch --data ~/cifar-10-batches-bin
        cifar-pipe batch --synthetic --seed 1 --preset distort --format npy | python train.py
        cifar-pipe batch --data cifar-10-binary.tar.gz --format summary --digest
      """)

  @OptionGroup(title: "Which data") var datasetOptions: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipelineOptions: PipelineOptions
  @OptionGroup(title: "Several processes") var shardOptions: ShardOptions

  @Option(help: "What to write.")
  var format = BatchFormatName.shapes

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to a file, which appears when it is complete; '-' is standard output."))
  var output: PathArgument?

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @Flag(help: "With npy: a pair of arrays without examples at the end of each epoch.")
  var epochMarks = false

  @Option(help: ArgumentHelp("With raw: write shapes, types and counts to a JSON file.", valueName: "file"))
  var manifest: PathArgument?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Print 'sha256 HEX' of the bytes of --format raw on standard error.",
      discussion: "The summary has the digest in any case, unless --no-digest."))
  var digest: Bool?

  @Option(
    help: ArgumentHelp(
      "Continue an earlier run exactly.",
      discussion: "Takes the same options, --threads apart; the seed may be left out.", valueName: "token"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Write the token for --resume at every orderly end, signals included.", valueName: "file"))
  var tokenFile: PathArgument?

  @Flag(name: [.customShort("n"), .long], help: "Print the plan and deliver nothing.")
  var dryRun = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if epochMarks && format != .npy { throw ValidationError("'--epoch-marks' needs '--format npy'") }
    if manifest != nil && format != .raw { throw ValidationError("'--manifest' needs '--format raw'") }
    if let manifest, manifest.isSamePlace(as: output) {
      throw ValidationError("'--manifest' and '--output' need two places")
    }
  }

  func run() throws {
    if format.isBinary && !dryRun && (output?.isStandardStream ?? true) && OutputStream.standard.isTerminal {
      throw CommandError.usage(
        "a terminal cannot show '--format \(format.rawValue)'; write to a pipe or a file, or use "
          + "'--format shapes'")
    }
    let destination = try OutputDestination(output, isReplacing: force)
    let manifestDestination = try manifest.map { try OutputDestination($0, isReplacing: force) }
    let prepared = try prepare()
    messages.console.note("seed \(prepared.pipeline.options.seed)")
    guard !dryRun else { return try OutputStream.standard.write(PipelinePlan(prepared).text) }

    if format.isBinary { destination.stream.enlargePipe() }
    var run = BatchRun(
      pipeline: prepared.pipeline, format: batchFormat(prepared), digests: digest ?? (format == .summary))
    do {
      try run.deliver(to: destination.stream)
    } catch let error as CommandError where error.isOrderlyEnd {
      // What was delivered to a file goes with the file.
      try writeToken(
        prepared, next: destination.isFile ? prepared.pipeline.options.firstBatch : run.nextBatch)
      throw error
    }
    try manifestDestination?.stream.write(
      RawManifest(shape: prepared.shape, totals: run.totals, batchSize: sizeOptions.batchSize).json.text
        + "\n")
    try destination.finish()
    try manifestDestination?.finish()
    try writeToken(prepared, next: run.nextBatch)
    if digest == true, let text = run.totals.digest { messages.console.line("sha256 \(text)") }
  }

  /// Everything that a run needs, checked: usage first, then the data, then whether the token fits.
  private func prepare() throws -> PreparedRun {
    try pipelineOptions.check(sizeOptions.sizes)
    let environment = Environment.current
    let earlier = try resume.map { text throws(ResumeError) in try ResumeToken(parsing: text) }
    let given = pipelineOptions.seed ?? earlier?.value("seed").flatMap { UInt64($0) }
    let share = try shardOptions.share(environment, hasSeed: given != nil, console: messages.console)
    let seed = given ?? .random(in: .min ... .max)
    let transform = try pipelineOptions.compiledTransform(for: datasetOptions.dataset, seed: seed)
    let dataset = try DatasetOpening(datasetOptions, environment: environment).open()
    var options = try options(for: dataset, seed: seed)
    options.share = share
    var token: ResumeToken?
    if tokenFile != nil || earlier != nil {
      token = try ResumeToken(
        options, dataset: dataset, split: datasetOptions.split, transform: transform,
        labels: pipelineOptions.labels, next: 0)
    }
    if let earlier, let token {
      try earlier.check(continuedBy: token)
      options.firstBatch = earlier.next
    }
    return PreparedRun(
      pipeline: try RecordPipeline(
        dataset.records, transform: transform, options: options, store: dataset.store),
      dataset: dataset, transform: transform, token: token)
  }

  /// Writes the token of the run before batch `next`, where one was asked for.
  private func writeToken(_ prepared: PreparedRun, next: Int) throws {
    guard let tokenFile, let token = prepared.token else { return }
    let file = try OutputDestination(tokenFile, isReplacing: true)
    try file.stream.write(token.advanced(to: next).text + "\n", uninterrupted: true)
    try file.finish()
  }

  /// The tutorial's five lines where nothing else is asked for; otherwise one epoch.
  private func options(for dataset: CIFARDataset, seed: UInt64) throws(CommandError) -> RecordPipelineOptions
  {
    var options = try pipelineOptions.recordPipelineOptions(
      sizeOptions.sizes, recordCount: dataset.records.recordCount, seed: seed)
    if options.epochs == nil && options.batches == nil {
      if format == .shapes { options.batches = 5 } else { options.epochs = 1 }
    }
    return options
  }

  private func batchFormat(_ prepared: PreparedRun) -> any BatchFormat {
    switch format {
    case .shapes: ShapesFormat(shape: prepared.shape)
    case .npy: NpyFormat(shape: prepared.shape, marksEpochs: epochMarks)
    case .raw: RawFormat()
    case .jsonl: JSONLinesFormat(shape: prepared.shape, dataset: prepared.dataset)
    case .summary: SummaryFormat()
    }
  }
}
