import ArgumentParser

/// Comma lists of sizes; every combination is measured.
struct SweepOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Examples in a batch; a list makes a sweep. (default: 128)", valueName: "n,..."),
    transform: List.parser(Bounded.integer(PipelineSizes.batchSizes)))
  var batchSize: [Int] = [128]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Worker threads, or 'auto'; a list makes a sweep. (default: auto)", valueName: "n,..."),
    transform: List.parser(NumberOrWord.parser(PipelineSizes.threadCounts, word: "auto")))
  var threads: [NumberOrWord] = [.word]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Examples that stay in the shuffle queue, or 'all'; a list makes a sweep. (default: 10000)",
      valueName: "n,..."),
    transform: List.parser(NumberOrWord.parser(PipelineSizes.queueSizes, word: "all")))
  var minAfterDequeue: [NumberOrWord]?

  /// All combinations, the threads changing fastest.
  var sizes: [PipelineSizes] {
    batchSize.flatMap { batchSize in
      (minAfterDequeue?.map { $0 } ?? [nil]).flatMap { minimum in
        threads.map { PipelineSizes(batchSize: batchSize, threads: $0, minAfterDequeue: minimum) }
      }
    }
  }
}

/// Values separated by commas.
enum List {
  /// A parser for at least one value that `element` parses.
  static func parser<Element>(
    _ element: @escaping @Sendable (String) throws -> Element
  ) -> @Sendable (String) throws -> [Element] {
    { text in try text.split(separator: ",", omittingEmptySubsequences: false).map { try element(String($0)) }
    }
  }
}
