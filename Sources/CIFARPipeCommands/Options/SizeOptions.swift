import ArgumentParser

/// The sizes of one pipeline.
struct SizeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Examples in a batch. (default: 128)", valueName: "n"),
    transform: Bounded.integer(PipelineSizes.batchSizes))
  var batchSize = 128

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Worker threads, or 'auto' for the processors at hand. (default: auto)",
      discussion: "Changes the speed and nothing else.", valueName: "n"),
    transform: NumberOrWord.parser(PipelineSizes.threadCounts, word: "auto"))
  var threads: NumberOrWord?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Examples that stay in the shuffle queue for good mixing. (default: 10000)",
      discussion: "'all' permutes a whole epoch.", valueName: "n"),
    transform: NumberOrWord.parser(PipelineSizes.queueSizes, word: "all"))
  var minAfterDequeue: NumberOrWord?

  /// The sizes as one value.
  var sizes: PipelineSizes {
    PipelineSizes(batchSize: batchSize, threads: threads, minAfterDequeue: minAfterDequeue)
  }
}
