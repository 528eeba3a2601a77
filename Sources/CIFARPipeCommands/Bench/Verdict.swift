import InputPipeline

/// Which stage limits the pipeline, and what to change.
struct Verdict {
  /// A stage, how many threads it has, and the share of their time in which they did not wait for others.
  struct Stage {
    let name: String
    let threads: Int
    /// From 0 to 1; a thread that is ready to run and has no processor counts as busy.
    let busy: Double
  }

  /// All stages, from the first to the last.
  let stages: [Stage]
  /// The stage that limits.
  let limit: String
  /// One sentence for people.
  let text: String

  /// The verdict on a run with `threads` workers.
  ///
  /// A stage's threads are busy for the time that they wait for neither the queue before nor the one behind.
  init(_ run: BenchRun, threads: Int) {
    func busy(_ waits: [Duration], threads: Int) -> Double {
      let whole = run.elapsed.inSeconds * Double(threads)
      let waited = waits.reduce(0) { $0 + $1.inSeconds }
      return whole > 0 ? min(1, max(0, 1 - waited / whole)) : 0
    }
    let queues = Dictionary(uniqueKeysWithValues: run.queues.map { ($0.name, $0) })
    let references = queues["shuffle"] ?? queues["records"]
    func put(_ queue: QueueStatistics?) -> Duration { queue?.enqueueWait ?? .zero }
    func get(_ queue: QueueStatistics?) -> Duration { queue?.dequeueWait ?? .zero }
    let found = [
      Stage(
        name: "reader", threads: 1,
        busy: busy([get(queues["parts"]), put(references), get(queues["free-slots"])], threads: 1)),
      Stage(name: "batcher", threads: 1, busy: busy([get(references), put(queues["plans"])], threads: 1)),
      Stage(
        name: "workers", threads: threads,
        busy: busy([get(queues["plans"]), put(queues["ready"])], threads: threads)),
      Stage(name: "consumer", threads: 1, busy: busy([get(queues["ready"])], threads: 1)),
    ]
    stages = found
    // Of stages that are equally busy the last one is to blame: it holds up those before it.
    let limiting = found.reversed().max { $0.busy + 0.02 < $1.busy }!
    limit = limiting.name
    let percent = Figures.percent(limiting.busy)
    text =
      switch limit {
      case "workers":
        "the \(threads) workers limit: busy \(percent) of the time; more --threads help while processors are "
          + "free, a simpler --transform helps otherwise"
      case "reader":
        "the reader limits: busy \(percent) of the time; faster storage or a greater --memory-limit helps"
      case "batcher":
        "the batcher limits: busy \(percent) of the time; a greater --batch-size helps"
      default:
        "the consumer limits: busy \(percent) of the time; the pipeline waits for it and needs no change"
      }
  }
}
