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
        cifar-pipe batch --synthetic --preset distort --format npy | python train.py
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

  @Flag(help: "With npy and raw: a message before each batch and at the ends of epochs and of the run.")
  var frames = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With slots: the memory, an inherited descriptor of a sealed memfd.", valueName: "descriptor"),
    transform: Bounded.integer(0...Int(Int32.max)))
  var slotsFd: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With slots: how many there are.", discussion: "Default: threads + 4, at least 8.", valueName: "n"),
    transform: Bounded.integer(2...255))
  var slots: Int?

  @Option(help: ArgumentHelp("With raw: write shapes, types and counts to a JSON file.", valueName: "file"))
  var manifest: PathArgument?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Print 'sha256 HEX' of the bytes of --format raw on standard error.",
      discussion: "The summary has it too. Hashing takes longer than most transforms."))
  var digest: Bool?

  @Option(
    help: ArgumentHelp(
      "Write the token for --resume at every orderly end, signals included.", valueName: "file"))
  var tokenFile: PathArgument?

  @Flag(name: [.customShort("n"), .long], help: "Print the plan and deliver nothing.")
  var dryRun = false

  @Flag(help: "With --dry-run: print the plan as one JSON object.")
  var json = false

  @OptionGroup(title: "Watching") var watching: WatchOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if json && !dryRun {
      throw ValidationError("'--json' needs '--dry-run'; batches are '--format jsonl' or 'summary'")
    }
    if epochMarks && format != .npy { throw ValidationError("'--epoch-marks' needs '--format npy'") }
    if frames && !format.isStream { throw ValidationError("'--frames' needs '--format npy' or 'raw'") }
    if frames && epochMarks {
      throw ValidationError("'--frames' tells the ends of epochs; leave out '--epoch-marks'")
    }
    if format == .npy && pipeline.dtype == .bfloat16 {
      throw ValidationError(
        "'--dtype bfloat16' is no type of NumPy; use '--format raw' or 'slots', or '--dtype float16'")
    }
    if manifest != nil && format != .raw { throw ValidationError("'--manifest' needs '--format raw'") }
    if let manifest, manifest.isSamePlace(as: output) {
      throw ValidationError("'--manifest' and '--output' need two places")
    }
    try validateSlots()
    if let tokenFile, tokenFile.isStandardStream { throw ValidationError("'--token-file' needs a file") }
    for (option, file) in [("--token-file", tokenFile), ("--trace", watching.trace)] {
      for other in [output ?? .standardStream, manifest, option == "--trace" ? tokenFile : nil] {
        if let file, let other, file.isSamePlace(as: other) {
          throw ValidationError("'\(option)' needs a place of its own")
        }
      }
    }
  }

  private func validateSlots() throws {
    guard format == .slots else {
      if slotsFd != nil || slots != nil {
        throw ValidationError("'\(slots == nil ? "--slots-fd" : "--slots")' needs '--format slots'")
      }
      return
    }
    if data.data?.isStandardStream == true {
      throw ValidationError(
        "'--format slots' has its answers in standard input; '--data -' needs another format")
    }
    if slotsFd == nil {
      throw ValidationError(
        "'--format slots' needs '--slots-fd': a program starts it, with memory that both share; see cifar-pipe-batch(1)"
      )
    }
    if !(output?.isStandardStream ?? true) { throw ValidationError("'--format slots' has no '--output'") }
    if tokenFile != nil {
      throw ValidationError(
        "'--token-file' tells what was sent, not what was used; with '--format slots' the messages have positions"
      )
    }
  }

  func run() throws {
    let destination = try OutputDestination(output, isReplacing: force)
    if format.isBinary && !dryRun && destination.stream.isTerminal {
      throw CommandError.usage(
        "a terminal cannot show '--format \(format.rawValue)'; write to a pipe or a file, or use "
          + "'--format shapes'")
    }
    let manifest = try manifest.map { try OutputDestination($0, isReplacing: force) }
    let tokenFile = try tokenFile.map { try TokenFile($0) }
    let watch = try RunWatch(watching, messages, isReplacing: force)
    // A plan has no end at which a token could be written.
    try TokenFile.at(
      endOf: { try watch.atEnd { try deliver(to: destination, manifest, tokenFile, watch) } },
      in: dryRun ? nil : tokenFile)
  }

  private func deliver(
    to destination: OutputDestination, _ manifest: OutputDestination?, _ tokenFile: TokenFile?,
    _ watch: RunWatch
  ) throws {
    let inputs = try prepare(messages.console) { tokenFile?.advance(to: $0) }
    // The tutorial's five lines.
    let options = try inputs.options(
      sizes[0], unlessTold: format == .shapes ? .batches(5) : .epoch)
    let shape = BatchShape(inputs.transform, self.pipeline.labelDtype)
    let returns = slotsFd == nil ? nil : SlotReturns(slotCount: slotCount(options))
    let memory = try returns.flatMap { try slotMemory(inputs, options, shape, $0) }
    let pipeline = try inputs.pipeline(options, slots: memory?.slots)
    let start = try tokenFile == nil ? nil : inputs.token(options)
    guard !dryRun else {
      let plan = PipelinePlan(pipeline: pipeline, inputs: inputs)
      return try OutputStream.standard.write(json ? plan.json.text + "\n" : plan.text)
    }

    if format.isStream { destination.stream.enlargePipe() }
    var run = Delivery(
      pipeline: pipeline, format: batchFormat(inputs, shape, memory, returns), isMarkDue: inputs.isMarkDue,
      labelType: self.pipeline.labelDtype, digests: digest == true,
      watch: watch, stopCause: { returns?.failure })
    tokenFile?.advance(to: start?.advanced(to: run.position, isMarkDue: inputs.isMarkDue))
    try returns?.start { pipeline.stop() }
    func work() throws {
      try run.deliver(to: destination.stream) { next, isMarkDue in
        // What was delivered to a file is lost unless the file is finished.
        if !destination.isFile { tokenFile?.advance(to: start?.advanced(to: next, isMarkDue: isMarkDue)) }
      }
    }
    if watch.isDrawing {
      try work()
    } else {
      // Who reads a stream sees by itself how far it is; a summary comes at the end alone.
      let verb = destination.isFile ? "writing" : format == .summary ? "delivering" : nil
      try RunLine(messages, pipeline, work: verb).during(work)
    }
    try manifest?.stream.write(
      RawManifest(shape: shape, totals: run.totals, batchSize: options.batchSize).json.text + "\n")
    let finished = try OutputDestination.finish([destination] + (manifest.map { [$0] } ?? []))
    tokenFile?.advance(to: start?.advanced(to: run.position))
    try LaterOutputError.after(finished) { try tokenFile?.write() }
    if digest == true, let text = run.totals.digest { messages.console.line("sha256 \(text)") }
    // Slots may still be on their way back: a program that writes into a closed pipe would get SIGPIPE.
    try returns?.waitForEnd()
  }

  /// One for each worker, those that wait for the other program, and two in its hands.
  private func slotCount(_ options: RecordPipelineOptions) -> Int {
    slots ?? min(255, max(8, options.threads + 4))
  }

  private func slotMemory(
    _ inputs: RunInputs, _ options: RecordPipelineOptions, _ shape: BatchShape, _ returns: SlotReturns
  ) throws -> SlotMemory? {
    guard let slotsFd, !dryRun else { return nil }
    return try SlotMemory(
      descriptor: Int32(slotsFd), count: slotCount(options), shape: shape, options: options,
      recordCount: inputs.dataset.records.recordCount, stem: inputs.token(options).stem,
      layout: inputs.transform.layout.rawValue, returns: returns)
  }

  private func batchFormat(
    _ inputs: RunInputs, _ shape: BatchShape, _ memory: SlotMemory?, _ returns: SlotReturns?
  ) -> any BatchFormat {
    let plain: any BatchFormat =
      switch format {
      case .shapes: ShapesFormat(shape: shape)
      case .npy: NpyFormat(shape: shape, marksEpochs: epochMarks)
      case .raw: RawFormat()
      case .jsonl: JSONLinesFormat(shape: shape, dataset: inputs.dataset)
      case .summary: SummaryFormat()
      case .slots: SlotsFormat(memory: memory!, returns: returns!)
      }
    return frames ? FramedFormat(format: plain) : plain
  }
}
