import ArgumentParser
import CIFAR
import InputPipeline

/// `cifar-pipe bench`: measures the pipeline that `batch` runs.
struct BenchCommand: ParsableCommand, RunOptions {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the pipeline that 'batch' runs, and say what limits it.",
    discussion: """
      Runs are repeated after a warm-up; figures are medians. Examples:

        cifar-pipe bench --synthetic --threads 1,2,4
        cifar-pipe bench --data cifar --source-order by-class \\
            --min-after-dequeue 100,1000,10000,all
        cifar-pipe bench --data cifar --step-time 12ms --min-au 95 --json
      """)

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SweepOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Measured runs. (default: 5)", valueName: "n"), transform: Bounded.integer(1...1000))
  var runs = 5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs before them that are not measured. (default: 1)", valueName: "n"),
    transform: Bounded.integer(0...100))
  var warmup = 1

  @Option(help: "The order in which the source delivers the records.")
  var sourceOrder = SourceOrder.stored

  @Option(help: "Also measure the same work without queues or threads, and tell the ratio.")
  var baseline: Baseline?

  @Option(
    help: ArgumentHelp(
      "Pace a simulated trainer: the time of one step, such as 12ms, and tell au_percent.",
      valueName: "duration"))
  var stepTime: StepTime?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Exit with 1 if au_percent is below this.", valueName: "percent"),
    transform: Bounded.number(0...100))
  var minAu: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Exit with 1 if the median of images/s is below this.", valueName: "rate"),
    transform: Bounded.number(0...1e12))
  var minRate: Double?

  @Flag(help: "Also compute the SHA-256 of what '--format raw' would deliver, in a run of its own.")
  var digest = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Write the report as JSON.", valueName: "file"))
  var exportJson: PathArgument?

  @Option(help: ArgumentHelp("Write the report as CSV, a line a result.", valueName: "file"))
  var exportCsv: PathArgument?

  @Option(help: ArgumentHelp("Write the report as a Markdown table.", valueName: "file"))
  var exportMarkdown: PathArgument?

  @Flag(name: .shortAndLong, help: "Replace reports that exist.")
  var force = false

  @OptionGroup(title: "Watching") var watching: WatchOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if minAu != nil && stepTime == nil { throw ValidationError("'--min-au' needs '--step-time'") }
    let exports = [exportJson, exportCsv, exportMarkdown, watching.trace].compactMap(\.self)
    for (index, export) in exports.enumerated() where exports[..<index].contains(where: export.isSamePlace) {
      throw ValidationError("each of the '--export' options and '--trace' needs a place of its own")
    }
  }

  func run() throws {
    let exports: [(destination: OutputDestination, text: (BenchReport) -> String)] = try [
      (exportJson, { $0.json.text + "\n" }), (exportCsv, \.csv), (exportMarkdown, \.markdown),
    ].compactMap { path, text in
      try path.map { (try OutputDestination($0, isReplacing: force), text) }
    }

    let watch = try RunWatch(watching, messages, isReplacing: force)
    var results: [BenchResult] = []
    try watch.atEnd { results = try measure(watch) }
    let report = BenchReport(machine: Machine.this, results: results)
    try OutputStream.standard.write(json ? report.json.text + "\n" : report.text)
    for export in exports { try export.destination.stream.write(export.text(report)) }
    try OutputDestination.finish(exports.map(\.destination))
    try checkGates(results)
  }

  /// Measures every combination of sizes on one set of records in memory.
  private func measure(_ watch: RunWatch) throws -> [BenchResult] {
    var inputs = try prepare(messages.console)
    if sourceOrder == .byClass { inputs.dataset = try ClassOrder.sorted(inputs.dataset) }
    // Made beforehand, so that a run for which there is no memory is told before any is measured.
    let stores = try sizes.map { try inputs.pipeline(inputs.options($0)).store as? ResidentRecordStore }
    // All runs that keep records share them, so that reading them is not measured.
    let shared = stores.lazy.compactMap(\.self).first
    return try zip(sizes, stores).map { sizes, store in
      try Benchmark(
        inputs: inputs, options: inputs.options(sizes), store: store == nil ? nil : shared, runCount: runs,
        warmupCount: warmup,
        stepTime: stepTime?.duration, measuresBaseline: baseline != nil, digests: digest,
        watch: watch, console: messages.console
      ).result()
    }
  }

  /// - Throws: ``CommandError/gateNotMet(_:)`` for the first result that is not good enough.
  private func checkGates(_ results: [BenchResult]) throws(CommandError) {
    for result in results {
      if let minRate, result.imagesPerSecond.median < minRate {
        throw .gateNotMet(
          "images/s: expected at least \(Quantity.short(minRate)), found "
            + Quantity.short(result.imagesPerSecond.median))
      }
      if let minAu, let found = result.trainer?.utilisation, found < minAu {
        throw .gateNotMet(
          "au_percent: expected at least \(Quantity.short(minAu)), found \(Quantity.short(found))")
      }
    }
  }
}

/// What the pipeline is compared with.
enum Baseline: String, CaseIterable, ExpressibleByArgument {
  /// No queues and no threads: the tutorial's way without queues, "feed_dict".
  case sync
}

/// The order in which the source delivers the records.
enum SourceOrder: String, CaseIterable, ExpressibleByArgument {
  /// As they lie in the files, which is a random order of the classes.
  case stored
  /// All records of a class together: a weak shuffle becomes visible.
  case byClass = "by-class"
}
