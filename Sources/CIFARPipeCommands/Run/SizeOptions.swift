import ArgumentParser
import CIFAR
import InputPipeline
import Threads

/// What of a pipeline a benchmark may sweep over: all that decides its speed.
struct PipelineSizes: Sendable, Equatable {
  /// The allowed batch sizes.
  static let batchSizes = 1...1_048_576
  /// The allowed numbers of threads.
  static let threadCounts = 1...1024
  /// The allowed numbers of records in a shuffle queue.
  static let queueSizes = 0...1_000_000_000
  /// The allowed limits of memory, in MiB.
  static let memoryLimits = 0...PipelineMemory.greatest >> 20

  /// Examples in a batch.
  var batchSize = 128
  /// Worker threads; the word `auto`, or none, stands for the processors at hand.
  var threads: NumberOrWord?
  /// Examples that stay in the shuffle queue; the word `all` stands for a whole epoch.
  var minAfterDequeue: NumberOrWord?
  /// Records that the shuffle queue may hold; `nil` for what the minimum and the batch suggest.
  var capacity: Int?
  /// The most memory of the run, in MiB; `nil` for what is at hand.
  var memoryLimit: Int?
  /// The transform, unless its operations are named.
  var preset: TransformPreset?

  /// The help of the option for one limit or for several.
  static func memoryLimitHelp(valueName: String) -> ArgumentHelp {
    ArgumentHelp(
      "The most memory of the run, in MiB.",
      discussion: """
        Records stay in memory where all of it fits in, and are read in each epoch otherwise; 0 keeps none. Default: \
        what is at hand, with at most 1024 for records.
        """, valueName: valueName)
  }

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
    completion: .list(["auto"]), transform: NumberOrWord.parser(PipelineSizes.threadCounts, word: "auto"))
  var threads: NumberOrWord?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Examples that stay in the shuffle queue for good mixing. (default: 10000)",
      discussion: "'all' permutes a whole epoch.", valueName: "n"),
    completion: .list(["all"]), transform: NumberOrWord.parser(PipelineSizes.queueSizes, word: "all"))
  var minAfterDequeue: NumberOrWord?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Records that the shuffle queue may hold.",
      discussion: "Default: min-after-dequeue + 32 x batch-size.",
      valueName: "n"), transform: Bounded.integer(PipelineSizes.queueSizes))
  var capacity: Int?

  @Option(
    parsing: .unconditional,
    help: PipelineSizes.memoryLimitHelp(valueName: "mib"),
    transform: Bounded.integer(PipelineSizes.memoryLimits))
  var memoryLimit: Int?

  @Option(help: "A ready-made transform, with its layout.")
  var preset: TransformPreset?

  var sizes: [PipelineSizes] {
    [
      PipelineSizes(
        batchSize: batchSize, threads: threads, minAfterDequeue: minAfterDequeue, capacity: capacity,
        memoryLimit: memoryLimit, preset: preset)
    ]
  }
}
