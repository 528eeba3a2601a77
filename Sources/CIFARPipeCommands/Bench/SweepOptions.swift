import ArgumentParser
import CIFAR
import InputPipeline

/// Comma lists of sizes; every combination is measured.
struct SweepOptions: SizesArguments {
  /// More combinations than anybody waits for.
  private static let mostCombinations = 10_000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Examples in a batch; a list or range makes a sweep. (default: 128)", valueName: "n,..."),
    transform: List.integers(PipelineSizes.batchSizes))
  var batchSize: [Int] = [128]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Worker threads, or 'auto', such as 1-8. (default: auto)", valueName: "n,..."),
    completion: .list(["auto"]), transform: List.integers(PipelineSizes.threadCounts, word: "auto"))
  var threads: [NumberOrWord] = [.word]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Examples that stay in the shuffle queue, or 'all'. (default: 10000)",
      valueName: "n,..."),
    completion: .list(["all"]), transform: List.integers(PipelineSizes.queueSizes, word: "all"))
  var minAfterDequeue: [NumberOrWord]?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Records that the shuffle queue may hold.",
      discussion: "Default: min-after-dequeue + 32 x batch-size.", valueName: "n,..."),
    transform: List.integers(PipelineSizes.queueSizes))
  var capacity: [Int]?

  @Option(
    parsing: .unconditional,
    help: PipelineSizes.memoryLimitHelp(valueName: "mib,..."),
    transform: List.integers(PipelineSizes.memoryLimits))
  var memoryLimit: [Int]?

  @Option(
    help: ArgumentHelp(
      "Ready-made transforms, with their layouts.",
      discussion: "Of \(TransformPreset.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "preset,..."),
    completion: .custom(ListCompletion.of(TransformPreset.allCases.map(\.rawValue))),
    transform: List.parser { text in
      guard let preset = TransformPreset(rawValue: text) else {
        throw ValidationError("expected \(Spelling.choice(TransformPreset.allCases.map(\.rawValue)))")
      }
      return preset
    })
  var preset: [TransformPreset]?

  /// All combinations, the threads changing fastest.
  var sizes: [PipelineSizes] {
    var all = [PipelineSizes()]
    func vary<Value>(_ values: [Value]?, _ set: (inout PipelineSizes, Value) -> Void) {
      guard let values else { return }
      all = all.flatMap { one in
        values.map { value in
          var one = one
          set(&one, value)
          return one
        }
      }
    }
    vary(preset) { $0.preset = $1 }
    vary(memoryLimit) { $0.memoryLimit = $1 }
    vary(batchSize) { $0.batchSize = $1 }
    vary(minAfterDequeue) { $0.minAfterDequeue = $1 }
    vary(capacity) { $0.capacity = $1 }
    vary(threads) { $0.threads = $1 }
    return all
  }

  func validate() throws {
    let counts = [
      preset?.count, memoryLimit?.count, batchSize.count, minAfterDequeue?.count, capacity?.count,
      threads.count,
    ]
    var combinations = 1
    for count in counts {
      combinations *= count ?? 1
      guard combinations <= Self.mostCombinations else {
        throw ValidationError("a sweep has at most \(Self.mostCombinations) combinations")
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

  /// A parser for whole numbers in `range` and ranges of them, such as `1-4,8`.
  static func integers(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> [Int] {
    { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { element in
        try elements(String(element), range).map(Array.init) ?? [Bounded.integer(range)(String(element))]
      }
    }
  }

  /// The same with a `word` that stands for a number.
  static func integers(
    _ range: ClosedRange<Int>, word: String
  ) -> @Sendable (String) throws -> [NumberOrWord] {
    { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { element in
        try elements(String(element), range)?.map { .number($0) }
          ?? [NumberOrWord.parser(range, word: word)(String(element))]
      }
    }
  }

  /// The numbers of a range such as `1-8`; `nil` for a text that is none.
  private static func elements(_ text: String, _ range: ClosedRange<Int>) throws -> ClosedRange<Int>? {
    let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
    guard bounds.count == 2, let first = Int(bounds[0]), let last = Int(bounds[1]) else { return nil }
    guard first <= last, range.contains(first), range.contains(last), last - first < 1000 else {
      throw ValidationError(
        "expected a range from \(range.lowerBound) to \(range.upperBound) with at most 1000 numbers")
    }
    return first...last
  }
}
