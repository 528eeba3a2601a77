import ArgumentParser
import InputPipeline
import Threads

/// The sizes of a pipeline that a benchmark may sweep over.
struct PipelineSizes: Sendable, Equatable {
  /// The allowed batch sizes.
  static let batchSizes = 1...1_048_576
  /// The allowed numbers of threads.
  static let threadCounts = 1...1024
  /// The allowed numbers of records in a shuffle queue.
  static let queueSizes = 0...1_000_000_000

  /// Examples in a batch.
  var batchSize = 128
  /// Worker threads; the word `auto`, or none, stands for the processors at hand.
  var threads: NumberOrWord?
  /// Examples that stay in the shuffle queue; the word `all` stands for a whole epoch.
  var minAfterDequeue: NumberOrWord?

  /// The number of worker threads.
  var threadCount: Int {
    guard case .number(let number)? = threads else { return Processors.count }
    return number
  }

  /// The examples that stay behind of a data set of `recordCount` records; 10,000 unless said otherwise.
  func minAfterDequeue(recordCount: Int) -> Int {
    switch minAfterDequeue ?? .number(10_000) {
    case .number(let number): number
    case .word: recordCount
    }
  }
}

/// Options that name the sizes of one run or of several.
protocol SizesArguments: ParsableArguments {
  /// The sizes, in the order of the runs.
  var sizes: [PipelineSizes] { get }
}

/// The sizes of one pipeline.
struct SizeOptions: SizesArguments {
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

  var sizes: [PipelineSizes] {
    [PipelineSizes(batchSize: batchSize, threads: threads, minAfterDequeue: minAfterDequeue)]
  }
}

/// Comma lists of sizes; every combination is measured.
struct SweepOptions: SizesArguments {
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
