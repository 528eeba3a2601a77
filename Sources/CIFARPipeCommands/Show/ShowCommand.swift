import ArgumentParser
import CIFAR
import InputPipeline

/// `cifar-pipe show`: a batch as a picture.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draw a batch as a contact sheet (PNG) with labels.",
    discussion: """
      The sheet shows the first batch that 'cifar-pipe batch' delivers with the same options and seed, so \
      that a person sees crop, flip and distortion. Floats are mapped back to visible colours. Example:

        cifar-pipe show --synthetic --preset distort --batch-size 32 --output sheet.png
      """)

  @OptionGroup(title: "Which data") var datasetOptions: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipelineOptions: PipelineOptions
  @OptionGroup(title: "The pipeline") var resumeOptions: ResumeOptions
  @OptionGroup(title: "Several processes") var shardOptions: ShardOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The picture; '-' is standard output.", valueName: "file"))
  var output: PathArgument

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pixels of the sheet for each pixel of an image. (default: 3)", valueName: "n"),
    transform: Bounded.integer(1...16))
  var scale = 3

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    if output.isStandardStream && OutputStream.standard.isTerminal {
      throw CommandError.usage("a terminal cannot show a picture; write to a pipe or a file")
    }
    let destination = try OutputDestination(output, isReplacing: force)
    let inputs = try RunInputs(
      datasetOptions, pipelineOptions, resumeOptions, shardOptions, sizes: [sizeOptions.sizes],
      console: messages.console)
    let pipeline = try inputs.pipeline(inputs.options(sizeOptions.sizes, unlessTold: .never))
    try pipeline.untilSignal {
      guard let batch = try pipeline.next() else {
        throw CommandError.usage("a run with these options delivers no batch to show")
      }
      let sheet = BatchSheet(
        batch, transform: inputs.transform, dataset: inputs.dataset, labels: pipelineOptions.labels,
        scale: scale)
      try sheet.png().withUnsafeBytes { try destination.stream.write([$0]) }
    }
    try destination.finish()
  }
}
