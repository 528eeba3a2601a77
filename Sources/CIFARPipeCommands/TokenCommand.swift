import ArgumentParser
import InputPipeline

/// `cifar-pipe token`: tells the token of any batch of a run, without running it.
struct TokenCommand: ParsableCommand, RunOptions {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Print the token from which 'batch --resume' continues at a batch.",
    discussion: """
      Takes the options of the run, as 'batch' does. Examples:

        cifar-pipe token --synthetic --seed 7 --at 40
        cifar-pipe token --resume "$(cat token)" --at 391
      """)

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SizeOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The next batch of the run, counted from 0 over all processes.",
      discussion: "Default: where the run begins.", valueName: "n"),
    transform: Bounded.integer(0...ResumeToken.mostBatches))
  var at: Int?

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let inputs = try prepare(messages.console)
    let options = try inputs.options(sizes[0], unlessTold: .never)
    let token = try inputs.token(options)
    let schedule = try options.schedule(recordCount: inputs.dataset.records.recordCount)
    if let at, let last = schedule.batchCount, at > last {
      throw CommandError.usage("'--at \(at)': the run ends before batch \(last)")
    }
    try OutputStream.standard.write(token.advanced(to: at ?? token.next).text + "\n")
  }
}
