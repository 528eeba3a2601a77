import Threads

/// What limits a run, and what to change.
struct Verdict {
  /// What the speed depends on.
  enum Limit: String {
    /// Whatever brings the records.
    case reader
    case batcher, workers
    /// Whoever takes the batches: the pipeline keeps up.
    case consumer
    /// Handing batches over, which costs the same for a small batch as for a great one.
    case wakeUps = "wake-ups"
    /// The shuffle queue: the stages beside it wait for each other in turn.
    case queue
    /// The storage, until all records are in memory.
    case load
    /// Other programs, or the limit of a container, which leave the workers too few processors.
    case processors
    /// Nothing that so short a run could tell.
    case unclear
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
    /// The share of the time in which they had no room for what they brought.
    let held: Double
  }

  /// All stages, from the first to the last.
  let stages: [Stage]
  let limit: Limit
  /// One sentence for people.
  let text: String

  /// The verdict on a run on a machine with so many processors.
  init(_ evidence: VerdictEvidence, processors: Int = Processors.count) {
    let judgement = Judgement(evidence, processors: processors)
    stages = judgement.stages
    limit = judgement.limit
    text = judgement.sentence
  }

  /// How many workers the stages with a single thread could feed, the consumer apart; `nil` if they did nothing.
  var feedableWorkers: Double? {
    let serial = max(stages[0].busy, stages[1].busy)
    return serial > 0 ? Double(stages[2].threads) * stages[2].busy / serial : nil
  }
}

/// The rules of a verdict.
private struct Judgement {
  /// A stage that starves for less than this share of the time is held up by itself.
  private static let patience = 0.2
  /// A stage that has no room for this share of the time is stopped and started by a queue that is too small.
  private static let stopping = 0.1
  /// A trainer that is busy for this share of the time is fed, unless somebody wants more.
  private static let sufficientUtilisation = 95.0
  /// Of the processor time that the run would take with all of it at hand, a run gets less where others take it.
  private static let sufficientShare = 0.75
  /// In fewer batches the start of the threads takes more time than handing them over.
  private static let tellingBatches = 100
  /// In a shorter run the first records and the end of the threads decide.
  private static let tellingTime = Duration.milliseconds(10)
  /// Other programs that use this part of a processor are worth a word.
  private static let noticeable = 0.2
  /// Workers that have no room for this share of the time have batches lying ready.
  private static let aheadShare = 0.5

  let stages: [Verdict.Stage]
  private let run: VerdictEvidence
  private let processors: Int

  init(_ run: VerdictEvidence, processors: Int) {
    stages = [
      Verdict.Stage(.reader, run.reader, run), Verdict.Stage(.batcher, run.batcher, run),
      Verdict.Stage(.workers, run.workers, run), Verdict.Stage(.consumer, run.consumer, run),
    ]
    self.run = run
    self.processors = processors
  }

  /// What limits the run; the first load only where it would be noticed most of all.
  var limit: Verdict.Limit {
    if isLoadLong { return .load }
    if run.elapsed < Self.tellingTime || run.batches < 2 { return .unclear }
    if isFed { return isHandingOver && run.utilisation == nil ? .wakeUps : .consumer }
    switch suspect.name {
    case .reader: return isShuffleQueueSmall ? .queue : .reader
    case .batcher: return isHandingOver ? .wakeUps : .batcher
    case .workers, .consumer:
      if isHandingOver && !hasSurplusThreads { return .wakeUps }
      return lacksProcessors ? .processors : .workers
    }
  }

  var sentence: String {
    switch limit {
    case .load: loadSentence
    case .consumer: run.utilisation.map(trainerSentence) ?? consumerSentence
    case .reader, .batcher, .workers, .wakeUps, .queue, .processors: pipelineSentence + shortfall
    case .unclear:
      "the run is too short to tell what limits it (\(Quantity.time(run.elapsed.inSeconds))): more --epochs help"
    }
  }

  // MARK: Rules

  /// Whether batches come as fast as they are wanted.
  private var isFed: Bool {
    guard let utilisation = run.utilisation else { return stages[3].starved <= Self.patience }
    return utilisation >= (run.leastUtilisation ?? Self.sufficientUtilisation) || isAhead
  }

  /// Whether a trainer that misses what somebody wants of it misses it for other reasons than batches.
  private var isAhead: Bool {
    (run.utilisation ?? 0) >= Self.sufficientUtilisation && stages[2].held > Self.aheadShare
  }

  /// Whether the workers got much less of the processors than they had work for.
  private var lacksProcessors: Bool {
    let wanted = min(Double(run.workers.threads) * stages[2].busy, Double(processors))
    return used < Self.sufficientShare * wanted
  }

  /// How many processors the process had at work.
  private var used: Double { run.processorTime.inSeconds / max(run.elapsed.inSeconds, 1e-9) }

  /// From the consumer backwards, the blame goes on as long as a stage starves: its cause is the stage before.
  private var suspect: Verdict.Stage {
    stages.dropLast().last { $0.starved <= Self.patience } ?? stages[0]
  }

  /// Whether the reader waits for room while the batcher waits for records: what is between them is too small.
  private var isShuffleQueueSmall: Bool {
    stages[0].held > Self.stopping && stages[1].starved > Self.patience
  }

  /// Whether most of the processor time goes to everything but the examples.
  private var isHandingOver: Bool {
    guard let transformTime = run.transformTime, run.processorTime > .zero,
      run.batches >= Self.tellingBatches
    else { return false }
    return transformTime < run.processorTime / 2
  }

  /// Whether workers take the processors from each other, and the caches, which costs more than it brings.
  private var hasSurplusThreads: Bool { run.workers.threads > processors }

  /// Whether reading all records first takes longer than several epochs, and long enough to be a nuisance.
  private var isLoadLong: Bool {
    guard let load = run.load, run.epochs > 0 else { return false }
    return load.time > .milliseconds(500) && load.time.inSeconds > 5 * run.elapsed.inSeconds / run.epochs
  }

  // MARK: Sentences

  private var loadSentence: String {
    let load = run.load!
    let remedy =
      load.isUnpacking
      ? "'cifar-pipe extract' unpacks the archive once for all runs"
      : run.isGenerated ? "many epochs in one run help" : "faster storage helps, or many epochs in one run"
    return "the first load limits: reading the records took \(Quantity.time(load.time.inSeconds)) "
      + "(\(Quantity.rate(load.bytesPerSecond))), an epoch then takes "
      + "\(Quantity.time(run.elapsed.inSeconds / run.epochs)): \(remedy)"
  }

  private func trainerSentence(_ utilisation: Double) -> String {
    let subject = "the trainer limits (busy \(Quantity.fixed(utilisation, digits: 1)) % of the time): "
    guard utilisation >= run.leastUtilisation ?? 0 else {
      return subject
        + "batches lie ready, and what it lacks to \(Quantity.short(run.leastUtilisation!)) % are its "
        + "own wake-ups"
    }
    return subject + "the pipeline keeps up with it and needs no change"
  }

  private var consumerSentence: String {
    "the consumer limits (\(busy(stages[3]))): batches come faster than it takes them"
  }

  /// What a trainer misses that is not fed.
  private var shortfall: String {
    guard let utilisation = run.utilisation else { return "" }
    return "; the trainer is busy for only \(Quantity.fixed(utilisation, digits: 1)) % of the time"
  }

  private var pipelineSentence: String {
    switch limit {
    case .wakeUps:
      let rest = (run.processorTime - run.transformTime!) / max(1, run.batches)
      return "handing over limits: beside the examples themselves each batch takes "
        + "\(Quantity.time(rest.inSeconds)) of processor time: a greater --batch-size helps"
    case .queue:
      return
        "the shuffle queue is too small: the reader waits for room \(Quantity.percent(stages[0].held)) and the "
        + "batcher for records \(Quantity.percent(stages[1].starved)) of the time: a greater --capacity helps"
    case .batcher: return "the batcher limits (\(busy(stages[1]))): a greater --batch-size helps"
    case .workers, .processors: return workersSentence
    case .reader, .consumer, .load, .unclear:
      let memory = "a --memory-limit above the size of the data set"
      let remedy =
        switch (run.isGenerated, run.isStreamed) {
        case (false, false): "faster storage helps"
        case (false, true): "faster storage helps, or \(memory)"
        case (true, false): "records are generated while they are read"
        case (true, true): "records are generated in each epoch; \(memory) helps"
        }
      return "the reader limits (\(busy(stages[0]))): \(remedy)"
    }
  }

  private var workersSentence: String {
    let workers = stages[2]
    let subject =
      (workers.threads == 1 ? "the only worker limits" : "the \(workers.threads) workers limit")
      + " (\(busy(workers)))"
    let all = processors == 1 ? "1 processor" : "\(processors) processors"
    let surplus = hasSurplusThreads ? "; --threads \(processors) would do at least as much" : ""
    if limit == .processors {
      return "\(subject), and the process got only \(Quantity.fixed(used, digits: 1)) of \(all): "
        + Self.takers(run.othersUsed) + surplus
    }
    if workers.threads < processors {
      return "\(subject): more --threads help, up to the \(all), or a simpler --transform"
    }
    return "\(subject) on \(all): more processors or a simpler --transform help\(surplus)"
  }

  /// Who has the processors that the process did not get.
  private static func takers(_ othersUsed: Double?) -> String {
    guard let othersUsed else { return "other programs take them, or its container is limited" }
    return othersUsed >= noticeable
      ? "other programs took \(Quantity.fixed(othersUsed, digits: 1))"
      : "its container is limited, or the machine shares its processors with others"
  }

  private func busy(_ stage: Verdict.Stage) -> String {
    "busy \(Quantity.percent(stage.busy)) of the time"
  }
}

extension Verdict.Stage {
  fileprivate init(_ name: Name, _ times: VerdictEvidence.Times, _ run: VerdictEvidence) {
    let count = Double(times.threads)
    let whole = run.elapsed.inSeconds
    let (starved, held) = (times.starved.inSeconds / count, times.held.inSeconds / count)
    // Before the first batch all stages wait for the one before them, whichever is slow.
    let filling = run.filling.inSeconds
    let running = whole - filling
    self.init(
      name: name, threads: times.threads,
      busy: whole > 0 ? min(1, max(0, times.end.inSeconds - starved - held) / whole) : 0,
      starved: running > 0 ? min(1, max(0, starved - filling) / running) : 0,
      held: whole > 0 ? min(1, held / whole) : 0)
  }
}
