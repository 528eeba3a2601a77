import CIFAR
import FileSupport
import InputPipeline
import SystemPackage
import Threads

/// One call of `bench`: the data set opened once, its records loaded once, and the runs on them.
struct BenchSession {
  private let command: BenchCommand
  /// How the runs are watched.
  private let watch: RunWatch
  private let inputs: RunInputs
  private let points: [BenchPoint]
  /// Memory that all runs share that keep records; `nil` where all of them are streamed.
  private let shared: ResidentRecordStore?
  /// For each point whether its records stay in memory.
  private let areResident: [Bool]
  private let load: RecordLoad?

  /// Opens the data set and loads its records, where they stay in memory.
  ///
  /// - Throws: What is wrong with the options, the data set or the memory, before anything is measured.
  init(_ command: BenchCommand, _ watch: RunWatch) throws {
    self.command = command
    self.watch = watch
    var warmShare: Double?
    var coldError: (any Error)?
    var inputs = try command.prepare(command.messages.console) { _ in
      // An archive is read when it is opened.
      let origin = try? DatasetOpening(command.data, environment: .current, telling: command.messages)
        .origin()
      guard command.cold, let path = origin?.path, (try? FileStatus(at: path))?.kind == .regular else {
        return
      }
      do { warmShare = try PageCache.drop([path]) } catch { coldError = error }
    }
    if let coldError { throw coldError }
    if command.sourceOrder == .byClass { inputs.dataset = try ClassOrder.sorted(inputs.dataset) }
    points = try command.points(of: inputs)
    // Made beforehand, so that a run for which there is no memory is told before any is measured.
    let stores = try points.map { point in
      try inputs.pipeline(point.options, transform: point.transform).store as? ResidentRecordStore
    }
    areResident = stores.map { $0 != nil }
    shared = stores.lazy.compactMap(\.self).first
    self.inputs = inputs
    if command.cold { warmShare = try Self.dropFiles(of: inputs.dataset) ?? warmShare }
    load = try shared.map { [warmShare] in
      try RecordLoad(into: $0, opening: inputs.openingTime, warmShare: warmShare)
    }
  }

  /// Measures all points.
  ///
  /// - Throws: The first error of any run.
  func results() throws -> [BenchResult] {
    let line = watch.isDrawing ? nil : ProgressLine(command.messages, "measuring", unit: .things("runs"))
    var runCount = 0
    return try zip(points, areResident).map { point, isResident in
      try Benchmark(
        inputs: inputs, point: point, store: isResident ? shared : nil, runCount: command.runCount,
        warmupCount: command.warmup ?? 1, measuresBaseline: command.baseline != nil, digests: command.digest,
        watch: watch,
        prepare: { if command.cold && !isResident { _ = try Self.dropFiles(of: inputs.dataset) } },
        console: command.messages.console,
        hasRun: {
          runCount += 1
          line?.show(runCount, of: command.runs.map { $0 * points.count })
        }
      ).result(load: isResident ? load : nil, leastUtilisation: command.minAu)
    }
  }

  /// What was measured, of which `point` is the first.
  ///
  /// - Throws: What reading the records for the fingerprint throws.
  func occasion(_ point: BenchPoint) throws -> BenchOccasion {
    BenchOccasion(
      machine: Machine.this, command: BenchOccasion.command, date: BenchOccasion.date,
      dataset: .init(
        kind: inputs.dataset.kind.rawValue, split: command.data.split.rawValue, place: inputs.origin.words,
        recordCount: inputs.dataset.records.recordCount,
        fingerprint: try DatasetFingerprint.of(inputs.dataset)),
      load: load, settings: point.commonSettings(command.pipeline, source: command.sourceOrder))
  }

  /// The first images that the first point delivers, as a picture.
  ///
  /// - Returns: A PNG file, and what it shows.
  /// - Throws: The error of the run; ``CommandError/interrupted(signal:)``.
  func sheet() throws -> (png: [UInt8], text: String) {
    let point = points[0]
    let title = command.sheetTitle(inputs, point.options, point.sizes.preset, point.transform)
    var sheet = BatchSheet(
      title: title, transform: point.transform, dataset: inputs.dataset, labels: command.pipeline.labels,
      scale: 3)
    let pipeline = try inputs.pipeline(
      point.options, transform: point.transform, store: areResident[0] ? shared : nil)
    try pipeline.untilSignal("drawing") {
      if let batch = try pipeline.next() { try sheet.add(batch, limit: Self.shownImages) }
    }
    return (try sheet.png(), "The first \(sheet.imageCount) images: \(title.joined(separator: "; "))")
  }

  /// Images of a batch that are enough to see what was done to them.
  private static let shownImages = 48

  /// Finds the cheapest options for a trainer.
  ///
  /// - Parameters:
  ///   - stepTime: How long the trainer is busy with each batch.
  ///   - target: What it is to reach, in percent.
  /// - Throws: The first error of any run.
  func tuning(stepTime: Duration, target: Double) throws -> TuneReport {
    let point = points[0]
    let (shortestStep, imagesPerBatch) = try fastestRun(point)
    let tuner = Tuner(
      stepTime: stepTime, target: target, mostThreads: Processors.count, capacities: capacities(point),
      shortestStep: shortestStep, run: { try run(point, $0, stepTime: $1, atLeast: shortestStep) })
    var occasion = try occasion(point)
    occasion.settings.removeAll { TuneReport.own.contains($0.name) }
    return TuneReport(
      occasion: occasion, tuning: try tuner.tuning(), tuner: tuner, point: point,
      imagesPerBatch: imagesPerBatch)
  }

  /// Capacities from the smallest to the usual one.
  private func capacities(_ point: BenchPoint) -> [Int] {
    guard let minimum = point.minAfterDequeue else { return [] }
    return [1, 2, 4, 8, 16, 32].map { minimum + $0 * point.options.batchSize }
  }

  /// How long a run takes at least by which a trainer is judged.
  private static let trialLength = Duration.milliseconds(300)
  /// The fewest batches of such a run.
  private static let fewestBatches = 30

  /// The time of a batch where all processors do nothing else, and the images that a batch has on average.
  private func fastestRun(_ point: BenchPoint) throws -> (step: Duration, imagesPerBatch: Double) {
    var options = point.options
    options.threads = Processors.count
    options.epochs = nil
    var count = Self.fewestBatches
    func run() throws -> Measurement {
      options.batches = count + options.firstBatch
      var waits = Measurement.emptyHistogram()
      return try Measurement(
        of: inputs.pipeline(options, transform: point.transform, store: shared), stepTime: nil,
        watch: watch, title: "as fast as possible", waits: &waits)
    }
    // The first batches are slow, and tell too few rather than too many.
    var longest = try run()
    while longest.elapsed < Self.trialLength {
      count *= 4
      longest = try run()
    }
    let runs = try (0..<3).map { _ in try run() }
    return (
      Duration.seconds(1) / Spread(runs.map { Double($0.batches) / $0.elapsed.inSeconds }).median,
      Double(longest.images) / Double(longest.batches)
    )
  }

  private func run(
    _ point: BenchPoint, _ candidate: Tuner.Candidate, stepTime: Duration, atLeast shortestStep: Duration
  ) throws -> (utilisation: Double, memory: Int) {
    var options = point.options
    options.threads = candidate.threads
    if case .shuffled(let minimum, _) = options.order {
      options.order = .shuffled(minAfterDequeue: minimum, capacity: candidate.capacity)
    }
    options.memoryLimit = candidate.isStreamed ? 0 : nil
    options.epochs = nil
    options.batches =
      max(Self.fewestBatches, Int(Self.trialLength / max(stepTime, shortestStep))) + options.firstBatch
    let pipeline = try inputs.pipeline(
      options, transform: point.transform, store: candidate.isStreamed ? nil : shared)
    var waits = Measurement.emptyHistogram()
    let run = try Measurement(
      of: pipeline, stepTime: stepTime, watch: watch, title: "\(candidate.threads) threads", waits: &waits)
    let utilisation = run.trainer?.utilisation ?? 0
    command.messages.console.note(
      "\(candidate.threads) threads, capacity \(candidate.capacity.map(String.init) ?? "usual"): "
        + "\(Quantity.fixed(utilisation, digits: 1)) %")
    return (utilisation, pipeline.memory.total)
  }

  /// Lets the system forget the files of a data set; `nil` where there are none.
  ///
  /// - Returns: The share of their bytes that it keeps all the same.
  private static func dropFiles(of dataset: CIFARDataset) throws -> Double? {
    let paths = dataset.records.parts.compactMap { part -> FilePath? in
      (part.source as? FileRecordSource)?.path ?? (part.source as? PickledRecordSource)?.path
    }
    return paths.isEmpty ? nil : try PageCache.drop(paths)
  }
}
