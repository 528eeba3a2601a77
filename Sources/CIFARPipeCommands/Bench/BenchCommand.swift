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

        cifar-pipe bench --synthetic --threads 1-4
        cifar-pipe bench --data cifar --preset raw,eval --min-after-dequeue 10,all
        cifar-pipe bench --data cifar --source-order by-class \\
            --min-after-dequeue 100,1000,10000,all
        cifar-pipe bench --data cifar --step-time 12ms --min-au 95 --json
        cifar-pipe bench --data cifar --tune --step-time 12ms
        cifar-pipe bench --data cifar --threads 1,2,4 --html report.html
      """)

  @OptionGroup(title: "Which data") var data: DatasetOptions
  @OptionGroup(title: "The pipeline") var sizeOptions: SweepOptions
  @OptionGroup(title: "The pipeline") var pipeline: PipelineOptions
  @OptionGroup(title: "Several processes") var shard: ShardOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Measured runs.", discussion: "Default: at least 5, and as many as take --min-time.", valueName: "n"),
    transform: Bounded.integer(1...1000))
  var runs: Int?

  @Option(
    help: ArgumentHelp("How long the runs take together at least. (default: 3s)", valueName: "duration"),
    transform: StepTime.parse)
  var minTime: StepTime?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs before them that are not measured. (default: 1)", valueName: "n"),
    transform: Bounded.integer(0...100))
  var warmup: Int?

  @Flag(help: "Let the system forget the files before they are read, so that they come from the disk.")
  var cold = false

  @Option(help: "The order in which the source delivers the records.")
  var sourceOrder = SourceOrder.stored

  @Option(help: "Also measure the same work without queues or threads, and tell the ratio.")
  var baseline: Baseline?

  @Option(
    help: ArgumentHelp(
      "Pace a simulated trainer: the time of one step, such as 12ms, and tell au_percent.",
      valueName: "duration,..."),
    transform: List.parser(StepTime.parse))
  var stepTime: [StepTime]?

  @Flag(help: "Find the cheapest options that feed a trainer of --step-time, and its fastest step.")
  var tune = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Exit with 1 if au_percent is below this.", discussion: "Also what --tune is to reach, 95 by default.",
      valueName: "percent"),
    transform: Bounded.number(0...100))
  var minAu: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Exit with 1 if the median of images/s is below this.", valueName: "rate"),
    transform: Bounded.number(0...1e12))
  var minRate: Double?

  @Option(
    help: ArgumentHelp(
      "Compare with an earlier JSON report, and exit with 1 if a result is slower.", valueName: "file"))
  var compare: PathArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --compare: how much slower a result may be. (default: 5)", valueName: "percent"),
    transform: Bounded.number(0...100))
  var tolerance: Double?

  @Flag(help: "Also compute the SHA-256 of what '--format raw' would deliver, in a run of its own.")
  var digest = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Write the report as JSON.", valueName: "file"))
  var exportJson: PathArgument?

  @Option(help: ArgumentHelp("Write the report as CSV, a line a result.", valueName: "file"))
  var exportCsv: PathArgument?

  @Option(help: ArgumentHelp("Write the report as Markdown tables.", valueName: "file"))
  var exportMarkdown: PathArgument?

  @Option(
    help: ArgumentHelp(
      "Write the report as a page for a browser, figures and a batch included.", valueName: "file"))
  var html: PathArgument?

  @Flag(name: .shortAndLong, help: "Replace reports that exist.")
  var force = false

  @OptionGroup(title: "Watching") var watching: WatchOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if minAu != nil && stepTime == nil { throw ValidationError("'--min-au' needs '--step-time'") }
    if runs != nil && minTime != nil { throw ValidationError("'--runs' and '--min-time' exclude each other") }
    if tolerance != nil && compare == nil { throw ValidationError("'--tolerance' needs '--compare'") }
    let exports = reports + [watching.trace].compactMap(\.self)
    for (index, export) in exports.enumerated() where exports[..<index].contains(where: export.isSamePlace) {
      throw ValidationError("each of the '--export' options, '--html' and '--trace' needs a place of its own")
    }
    if json && reports.contains(where: \.isStandardStream) {
      throw ValidationError("'--json' and a report for '-' would be two documents in one stream")
    }
    if cold && data.synthetic { throw ValidationError("'--cold' needs files; generated records have none") }
    if tune { try validateTuning(exports) }
  }

  private func validateTuning(_ exports: [PathArgument]) throws {
    guard let stepTime, stepTime.count == 1 else { throw ValidationError("'--tune' needs one '--step-time'") }
    if sizes.count > 1 { throw ValidationError("'--tune' tries by itself; leave out lists") }
    if sizes[0].capacity != nil || sizes[0].memoryLimit != nil || sizeOptions.threads != [.word] {
      throw ValidationError("'--tune' finds '--threads', '--capacity' and '--memory-limit'; leave them out")
    }
    if runs != nil || minTime != nil || warmup != nil || cold || pipeline.epochs != nil
      || pipeline.batches != nil || baseline != nil || digest
    {
      throw ValidationError(
        "'--tune' has runs of its own; leave out '--runs', '--min-time', '--warmup', '--cold', '--epochs', "
          + "'--batches', '--baseline' and '--digest'")
    }
    if !exports.isEmpty || compare != nil || minRate != nil {
      throw ValidationError("'--tune' has no reports but its own; use '--json'")
    }
  }

  func run() throws {
    let exports: [(destination: OutputDestination, text: (BenchReport) -> String)] = try [
      (exportJson, { $0.json.text + "\n" }), (exportCsv, \.csv), (exportMarkdown, \.markdown),
    ].compactMap { path, text in
      try path.map { (try OutputDestination($0, isReplacing: force), text) }
    }
    let page = try html.map { try OutputDestination($0, isReplacing: force) }
    let comparison = try compare.map { path in
      try BenchComparison(with: path.path, tolerance: (tolerance ?? 5) / 100)
    }

    let watch = try RunWatch(watching, messages, isReplacing: force)
    let session = try BenchSession(self, watch)
    if tune {
      var tuned: TuneReport?
      try watch.atEnd { tuned = try session.tuning(stepTime: stepTime![0].duration, target: minAu ?? 95) }
      return try report(tuned!)
    }
    var results: [BenchResult] = []
    try watch.atEnd { results = try session.results() }
    let report = BenchReport(
      occasion: try session.occasion(results[0].point), results: results, comparison: comparison)
    // Standard output has one document.
    if !reports.contains(where: \.isStandardStream) {
      try OutputStream.standard.write(json ? report.json.text + "\n" : report.text)
    }
    for export in exports { try export.destination.stream.write(export.text(report)) }
    if let page { try page.stream.write(report.html(sheet: session.sheet())) }
    try OutputDestination.finish(exports.map(\.destination) + (page.map { [$0] } ?? []))
    try checkGates(results)
    try comparison?.check(report)
  }

  private func report(_ report: TuneReport) throws {
    try OutputStream.standard.write(json ? report.json.text + "\n" : report.text)
    if report.tuning.choice == nil {
      throw CommandError.gateNotMet("no options feed a trainer with this step; see the fastest one")
    }
  }

  /// The places of reports beside the one on standard output.
  private var reports: [PathArgument] { [exportJson, exportCsv, exportMarkdown, html].compactMap(\.self) }

  /// All points, the trainers changing fastest.
  func points(of inputs: RunInputs) throws -> [BenchPoint] {
    let steps = stepTime?.map { Optional($0.duration) } ?? [nil]
    return try sizes.flatMap { sizes in
      try steps.map { try BenchPoint(sizes, stepTime: $0, of: inputs) }
    }
  }

  var runCount: Benchmark.RunCount {
    runs.map { .exactly($0) } ?? .atLeast(5, minTime?.duration ?? .seconds(3))
  }

  /// What a trainer takes at most, where that is not enough whatever the pipeline does.
  private static func limit(of result: BenchResult, below minRate: Double) -> String {
    guard let step = result.point.stepTime else { return "" }
    let most = Double(result.point.options.batchSize) / step.inSeconds
    return most < minRate ? "; with this step a trainer takes at most \(Quantity.short(most))" : ""
  }

  /// - Throws: ``CommandError/gateNotMet(_:)`` for the first result that is not good enough.
  private func checkGates(_ results: [BenchResult]) throws(CommandError) {
    for result in results {
      if let minRate, result.imagesPerSecond.median < minRate {
        throw .gateNotMet(
          "images/s: expected at least \(Quantity.short(minRate)), found "
            + Quantity.short(result.imagesPerSecond.median) + Self.limit(of: result, below: minRate))
      }
      if let minAu, let found = result.trainer?.utilisation, found < minAu {
        throw .gateNotMet(
          "au_percent: expected at least \(minAu), found \(Quantity.fixed(found, digits: 3))")
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
