import InputPipeline

/// Which stage limits the pipeline, and what to change.
struct Verdict {
  /// A stage, how many threads it has, and what they did in the time of the run.
  struct Stage {
    let name: String
    let threads: Int
    /// The share of the time, from 0 to 1, in which they were at work; a thread that is ready to run and has no
    /// processor counts as being at work, and one that has ended does not.
    let busy: Double
    /// The share of the time after the first batch in which they had nothing to do since the stage before them
    /// brought nothing.
    let starved: Double
  }

  /// A stage that starves for less than this share of the time is held up by itself.
  private static let starvation = 0.2

  /// All stages, from the first to the last.
  let stages: [Stage]
  /// The stage that limits.
  let limit: String
  /// One sentence for people.
  let text: String

  /// The verdict on a run with `threads` workers.
  ///
  /// From the consumer backwards, the blame goes on as long as a stage starves: its cause is the stage before.
  init(_ run: BenchRun, threads: Int, processors: Int = Processors.count) {
    stages = Self.stages(of: run, threads: threads)
    var limiting = stages.count - 1
    while limiting > 0 && stages[limiting].starved > Self.starvation { limiting -= 1 }
    limit = stages[limiting].name
    text = Self.sentence(stages[limiting], run, processors: processors)
  }

  /// How many workers the stages with a single thread could feed, the consumer apart; `nil` if they did nothing.
  var feedableWorkers: Double? {
    let serial = stages.filter { ["reader", "batcher"].contains($0.name) }.map(\.busy).max() ?? 0
    guard serial > 0, let workers = stages.first(where: { $0.name == "workers" }) else { return nil }
    return Double(workers.threads) * workers.busy / serial
  }

  private static func stages(of run: BenchRun, threads: Int) -> [Stage] {
    let queues = Dictionary(uniqueKeysWithValues: run.queues.map { ($0.name, $0) })
    let references = queues["shuffle"] ?? queues["records"]
    func stage(
      _ name: String, threads: Int = 1, takesFrom source: QueueStatistics?, slots: QueueStatistics? = nil,
      putsInto sink: QueueStatistics? = nil
    ) -> Stage {
      let count = Double(threads)
      let whole = run.elapsed.inSeconds
      let end = (sink.flatMap { run.progress.lastEnqueue(of: $0.name) } ?? run.elapsed).inSeconds
      let empty = (source?.dequeueWait ?? .zero).inSeconds / count
      let other = ((slots?.dequeueWait ?? .zero) + (sink?.enqueueWait ?? .zero)).inSeconds / count
      // Before the first batch all stages wait for the one before them, whichever is slow.
      let filling = run.batches > 1 ? run.firstBatch.inSeconds : 0
      let running = whole - filling
      return Stage(
        name: name, threads: threads, busy: whole > 0 ? min(1, max(0, end - empty - other) / whole) : 0,
        starved: running > 0 ? min(1, max(0, empty - filling) / running) : 0)
    }
    return [
      stage("reader", takesFrom: queues["parts"], slots: queues["free-slots"], putsInto: references),
      stage("batcher", takesFrom: references, putsInto: queues["plans"]),
      stage("workers", threads: threads, takesFrom: queues["plans"], putsInto: queues["ready"]),
      stage("consumer", takesFrom: queues["ready"]),
    ]
  }

  private static func sentence(_ stage: Stage, _ run: BenchRun, processors: Int) -> String {
    let busy = "(busy \(Figures.percent(stage.busy)) of the time)"
    switch stage.name {
    case "workers":
      let used = run.processorTime.inSeconds / max(run.elapsed.inSeconds, 1e-9)
      return workers(stage, used: used, processors: processors)
    case "reader":
      let isStreamed = run.queues.contains { $0.name == "free-slots" }
      return "the reader limits \(busy): faster storage helps"
        + (isStreamed ? ", or a --memory-limit above the size of the data set" : "")
    case "batcher":
      return "the batcher limits \(busy): a greater --batch-size helps"
    default:
      return run.trainer != nil
        ? "the trainer limits \(busy): the pipeline keeps up with it and needs no change"
        : "the consumer limits \(busy): batches come faster than it takes them; a greater --batch-size helps"
    }
  }

  /// The sentence for workers that limit, in a process that used `used` of the machine's `processors`.
  static func workers(_ stage: Stage, used: Double, processors: Int) -> String {
    let subject = stage.threads == 1 ? "the only worker limits" : "the \(stage.threads) workers limit"
    let limit = "\(subject) (busy \(Figures.percent(stage.busy)) of the time)"
    let all = processors == 1 ? "1 processor" : "\(processors) processors"
    if used < 0.75 * Double(min(stage.threads, processors)) {
      return "\(limit), and the process got only \(Figures.fixed(used, digits: 1)) of \(all): other programs "
        + "take them, or the batches are too small"
    }
    return stage.threads < processors
      ? "\(limit): more --threads help, up to the \(all), or a simpler --transform"
      : "\(limit) on \(all): more processors or a simpler --transform help"
  }
}
