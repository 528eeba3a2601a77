import InputPipeline
import Threads

/// Which stage limits the pipeline, and what to change.
struct Verdict {
  /// What was measured of a run, in plain numbers.
  struct Evidence {
    /// From the start of the threads to the last batch.
    var elapsed = Duration.zero
    /// From there to the first batch; zero where no other batch followed.
    var filling = Duration.zero
    /// The processor time of the process meanwhile.
    var processorTime = Duration.zero
    /// The stages that have a thread each, and the workers.
    var reader = Times(), batcher = Times(), workers = Times(), consumer = Times()
    /// Whether records are read anew in each epoch.
    var isStreamed = false
    /// Whether the consumer is a simulated trainer.
    var isPaced = false
  }

  /// What the threads of a stage did; times of several threads add up.
  struct Times {
    var threads = 1
    /// When they put in their last element: from then on they neither work nor wait.
    var end = Duration.zero
    /// The time without an element to take.
    var starved = Duration.zero
    /// The time without room for an element.
    var held = Duration.zero
  }

  /// A stage, how many threads it has, and what they did in the time of the run.
  struct Stage: Equatable {
    enum Name: String { case reader, batcher, workers, consumer }

    let name: Name
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
  let limit: Stage.Name
  /// One sentence for people.
  let text: String

  /// The verdict on a run on a machine with so many processors.
  ///
  /// From the consumer backwards, the blame goes on as long as a stage starves: its cause is the stage before.
  init(_ evidence: Evidence, processors: Int = Processors.count) {
    stages = [
      Stage(.reader, evidence.reader, evidence), Stage(.batcher, evidence.batcher, evidence),
      Stage(.workers, evidence.workers, evidence), Stage(.consumer, evidence.consumer, evidence),
    ]
    let limiting = stages.last { $0.starved <= Self.starvation } ?? stages[0]
    limit = limiting.name
    text = Self.sentence(limiting, evidence, processors: processors)
  }

  /// How many workers the stages with a single thread could feed, the consumer apart; `nil` if they did nothing.
  var feedableWorkers: Double? {
    let serial = max(stages[0].busy, stages[1].busy)
    return serial > 0 ? Double(stages[2].threads) * stages[2].busy / serial : nil
  }

  private static func sentence(_ stage: Stage, _ run: Evidence, processors: Int) -> String {
    let busy = "(busy \(Quantity.percent(stage.busy)) of the time)"
    switch stage.name {
    case .workers:
      let used = run.processorTime.inSeconds / max(run.elapsed.inSeconds, 1e-9)
      let subject = stage.threads == 1 ? "the only worker limits" : "the \(stage.threads) workers limit"
      let all = processors == 1 ? "1 processor" : "\(processors) processors"
      if used < 0.75 * Double(min(stage.threads, processors)) {
        return "\(subject) \(busy), and the process got only \(Quantity.fixed(used, digits: 1)) of \(all): "
          + "other programs take them, or the batches are too small"
      }
      return stage.threads < processors
        ? "\(subject) \(busy): more --threads help, up to the \(all), or a simpler --transform"
        : "\(subject) \(busy) on \(all): more processors or a simpler --transform help"
    case .reader:
      return "the reader limits \(busy): faster storage helps"
        + (run.isStreamed ? ", or a --memory-limit above the size of the data set" : "")
    case .batcher:
      return "the batcher limits \(busy): a greater --batch-size helps"
    case .consumer:
      return run.isPaced
        ? "the trainer limits \(busy): the pipeline keeps up with it and needs no change"
        : "the consumer limits \(busy): batches come faster than it takes them; a greater --batch-size helps"
    }
  }
}

extension Verdict.Stage {
  fileprivate init(_ name: Name, _ times: Verdict.Times, _ run: Verdict.Evidence) {
    let count = Double(times.threads)
    let whole = run.elapsed.inSeconds
    let (starved, held) = (times.starved.inSeconds / count, times.held.inSeconds / count)
    // Before the first batch all stages wait for the one before them, whichever is slow.
    let filling = run.filling.inSeconds
    let running = whole - filling
    self.init(
      name: name, threads: times.threads,
      busy: whole > 0 ? min(1, max(0, times.end.inSeconds - starved - held) / whole) : 0,
      starved: running > 0 ? min(1, max(0, starved - filling) / running) : 0)
  }
}
