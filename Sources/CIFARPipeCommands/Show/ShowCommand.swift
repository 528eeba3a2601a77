import ArgumentParser

/// `cifar-pipe show`: batches as a picture.
struct ShowCommand: ParsableCommand, RunOptions {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draw batches as a contact sheet (PNG) with labels.",
    discussion: """
      The sheet shows the batches that 'cifar-pipe batch' delivers with the same options and seed, so that a \
      person sees crop, flip and distortion: the first one, or as many as --batches or --epochs ask for. Floats \
      are mapped back to visible colours. Examples:

        cifar-pipe show --synthetic --preset distort -o sheet.png
        cifar-pipe show --synthetic --batch-size 8 --batches 3 -o three.png
        cifar-pipe show --synthetic --seed 1 --start-batch 391 -o later.png
      """)

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The picture; '-' is standard output.", valueName: "file"))
  var output: PathArgument

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pixels of the sheet for each pixel of an image; letters grow with it. (default: 3)", valueName: "n"),
    transform: Bounded.integer(1...16))
  var scale = 3

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try ForeignEnding.picture.check(output)
  }

  func run() throws {
    let destination = try OutputDestination(output, isReplacing: force)
    if destination.stream.isTerminal {
      throw CommandError.usage("a terminal cannot show a picture; write to a pipe or a file")
    }
    let sheet = try sheet()
    let line = ProgressLine(messages, "drawing", unit: .things("rows"))
    defer { line.end() }
    try sheet.png { line.show($0, of: $1) }.withUnsafeBytes { try destination.stream.write([$0]) }
    line.end()
    try destination.finish()
  }

  /// The batches that the command line asks for.
  func sheet() throws -> BatchSheet {
    let inputs = try prepare(messages.console)
    let options = try inputs.options(sizes[0], unlessTold: .never)
    let pipeline = try inputs.pipeline(options)
    var sheet = BatchSheet(
      title: sheetTitle(inputs, options, sizes[0].preset, inputs.transform), transform: inputs.transform,
      dataset: inputs.dataset, labels: self.pipeline.labels, scale: scale)
    let isOne = self.pipeline.batches == nil && self.pipeline.epochs == nil
    if !isOne { try sheet.requireRoom(for: pipeline.schedule, from: options.firstBatch) }
    try RunLine(messages, pipeline, work: isOne ? nil : "taking").during {
      try pipeline.untilSignal("drawing") {
        while !(isOne && sheet.imageCount > 0), let batch = try pipeline.next() { try sheet.add(batch) }
      }
    }
    guard sheet.imageCount > 0 else {
      throw CommandError.usage("a run with these options delivers no batch to show")
    }
    return sheet
  }
}
