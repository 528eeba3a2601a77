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
  @OptionGroup(title: "The pipeline") var pipelineOptions: PipelineOptions

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

  @Flag(name: [.customShort("n"), .long], help: "Print the plan and deliver nothing.")
  var dryRun = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if epochMarks && format != .npy { throw ValidationError("'--epoch-marks' needs '--format npy'") }
    if manifest != nil && format != .raw { throw ValidationError("'--manifest' needs '--format raw'") }
  }

  func run() throws {
    if format.isBinary && !dryRun && (output?.isStandardStream ?? true) && OutputStream.standard.isTerminal {
      throw CommandError.usage(
        "a terminal cannot show '--format \(format.rawValue)'; write to a pipe or a file, or use "
          + "'--format shapes'")
    }
    let destination = try OutputDestination(output, isReplacing: force)
    let manifestDestination = try manifest.map { try OutputDestination($0, isReplacing: force) }

    let seed = pipelineOptions.seed ?? .random(in: .min ... .max)
    let transform = try pipelineOptions.compiledTransform(for: datasetOptions.dataset, seed: seed)
    let dataset = try DatasetOpening(datasetOptions, environment: .current).open()
    messages.console.note("seed \(seed)")
    let pipeline = try RecordPipeline(
      dataset.records, transform: transform, options: options(for: dataset, seed: seed), store: dataset.store)
    if dryRun {
      return try OutputStream.standard.write(PipelinePlan(pipeline, dataset, transform, seed: seed).text)
    }

    let shape = BatchShape(
      imageAxes: transform.imageAxes, elementType: transform.elementType,
      labelsPerExample: transform.labelsPerExample)
    var run = BatchRun(
      pipeline: pipeline, format: batchFormat(shape, dataset), digests: digest ?? (format == .summary))
    try run.deliver(to: destination.stream)
    try manifestDestination?.stream.write(
      RawManifest(shape: shape, totals: run.totals, batchSize: pipelineOptions.batchSize).json.text + "\n")
    try destination.finish()
    try manifestDestination?.finish()
    if digest == true, let text = run.totals.digest { messages.console.line("sha256 \(text)") }
  }

  /// The tutorial's five lines where nothing else is asked for; otherwise one epoch.
  private func options(for dataset: CIFARDataset, seed: UInt64) -> RecordPipelineOptions {
    var options = pipelineOptions.recordPipelineOptions(recordCount: dataset.records.recordCount, seed: seed)
    if options.epochs == nil && options.batches == nil {
      if format == .shapes { options.batches = 5 } else { options.epochs = 1 }
    }
    return options
  }

  private func batchFormat(_ shape: BatchShape, _ dataset: CIFARDataset) -> any BatchFormat {
    switch format {
    case .shapes: ShapesFormat(shape: shape)
    case .npy: NpyFormat(shape: shape, marksEpochs: epochMarks)
    case .raw: RawFormat()
    case .jsonl: JSONLinesFormat(shape: shape, dataset: dataset)
    case .summary: SummaryFormat()
    }
  }
}
