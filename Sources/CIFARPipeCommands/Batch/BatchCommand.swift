import ArgumentParser
import CIFAR
import InputPipeline

/// `cifar-pipe batch`: delivers batches.
struct BatchCommand: ParsableCommand, RunOptions {
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

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

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
    if let tokenFile {
      if tokenFile.isStandardStream { throw ValidationError("'--token-file' needs a file") }
      for other in [output, manifest] {
        if let other, tokenFile.isSamePlace(as: other) {
          throw ValidationError("'--token-file' needs a place of its own")
        }
      }
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
    let tokenFile = try tokenFile.map { try TokenFile($0) }
    let inputs = try prepare(messages.console)
    // The tutorial's five lines.
    let options = try inputs.options(
      sizes[0], unlessTold: format == .shapes ? .batches(5) : .epoch)
    let pipeline = try inputs.pipeline(options)
    let start = try tokenFile == nil ? nil : inputs.token(options)
    guard !dryRun else {
      return try OutputStream.standard.write(PipelinePlan(pipeline: pipeline, inputs: inputs).text)
    }

    if format.isBinary { destination.stream.enlargePipe() }
    var run = Delivery(
      pipeline: pipeline, format: batchFormat(inputs), digests: digest ?? (format == .summary))
    tokenFile?.advance(to: start?.advanced(to: run.nextBatch))
    do {
      try SignalTrap.shared.onForcedEnd {
        // The process ends by the signal in any case.
        try? tokenFile?.write()
      } during: {
        try run.deliver(to: destination.stream) { next in
          // What was delivered to a file is lost unless the file is finished.
          if !destination.isFile { tokenFile?.advance(to: start?.advanced(to: next)) }
        }
      }
    } catch let error as CommandError where error.isOrderlyEnd {
      try tokenFile?.write()
      throw error
    }
    try manifestDestination?.stream.write(
      RawManifest(shape: inputs.transform.batchShape, totals: run.totals, batchSize: options.batchSize).json
        .text
        + "\n")
    try destination.finish()
    try manifestDestination?.finish()
    tokenFile?.advance(to: start?.advanced(to: run.nextBatch))
    try tokenFile?.write()
    if digest == true, let text = run.totals.digest { messages.console.line("sha256 \(text)") }
  }

  private func batchFormat(_ inputs: RunInputs) -> any BatchFormat {
    let shape = inputs.transform.batchShape
    return switch format {
    case .shapes: ShapesFormat(shape: shape)
    case .npy: NpyFormat(shape: shape, marksEpochs: epochMarks)
    case .raw: RawFormat()
    case .jsonl: JSONLinesFormat(shape: shape, dataset: inputs.dataset)
    case .summary: SummaryFormat()
    }
  }
}
