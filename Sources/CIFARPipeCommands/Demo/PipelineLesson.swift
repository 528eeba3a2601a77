import CIFAR
import InputPipeline

/// The CIFAR pipeline with small queues: which of them run full, which run dry, and which stage is to blame.
///
/// Unlike the other lessons it is measured: what it shows depends on the machine, within bounds.
struct PipelineLesson: Lesson {
  private static let batchSize = 32
  private static let minAfterDequeue = 4 * batchSize
  private static let capacity = 8 * batchSize
  private static let recordsPerFile = 2 * batchSize
  /// How often the pipeline is looked at, and the time between two looks in seconds.
  private static let (lookCount, interval) = (12, 0.5)
  /// How many times as fast it is where nobody watches: it cannot do without time.
  static let unwatchedSpeed = 4.0

  /// Workers.
  let threads: Int
  /// What the trainer takes for a batch.
  let stepTime: Duration
  /// What stages take for a batch besides their work; of several for one stage, the last.
  let slowStages: [SlowStage]
  /// Whether the trainer does a step at each key.
  let isStepped: Bool
  /// Whether the queues are drawn on the terminal ten times a second, below the lines.
  let isDrawn: Bool

  func tell(_ teller: Teller) throws {
    try teller.title(
      "cifar-pipe demo pipeline: which queue runs full, which runs dry",
      """
      \(Self.recordsPerFile * 5) generated records in 5 files, again and again, through the queues of \
      'cifar-pipe batch' in batches of \(Self.batchSize). Each line is a look at them. Between the queues \
      are the stages: > works, ? waits for something to take, = waits for room. Of the shuffle queue, what is \
      left of | never leaves, \(Self.minAfterDequeue) records.
      """)
    try teller.paragraph(conditions)
    let pauses = Pauses()
    defer { pauses.end() }
    let pipeline = try makePipeline(teller, pauses)
    let trainer = LessonTrainer(
      pipeline, stepTime: isStepped ? nil : real(stepTime, teller) + delay(.trainer, teller), pauses)
    let evidence = try pipeline.untilSignal("training") {
      defer { pauses.end() }
      return try drawing(pipeline) { try watch(pipeline, trainer, teller) }
    }
    let verdict = Verdict(evidence)
    try teller.paragraph("Verdict: " + verdict.text + ". " + Self.meaning(of: verdict.limit))
    try teller.end(
      [
        "The queues tell who limits: before the slowest stage they are full, behind it they run dry.",
        "Only the slowest stage is worth work. Where the trainer is the slowest, the pipeline is good enough.",
        "Try: --slow reader=100ms, --slow workers=300ms, --step-time 5ms, or several of them. "
          + "'cifar-pipe bench' says the same of your own run.",
      ], next: "cifar-pipe batch --synthetic")
  }

  /// How fast everybody is.
  private var conditions: String {
    let workers = threads == 1 ? "1 worker" : "\(threads) workers"
    let trainer =
      isStepped
      ? "the trainer takes a batch at each key"
      : "the trainer takes \(Quantity.time(stepTime.inSeconds)) for a batch"
    let slow = slowStages.map { "\($0.name.rawValue) by \(Quantity.time($0.time.inSeconds))" }
    return workers + ", " + trainer
      + (slow.isEmpty ? "" : "; slower for each batch: " + slow.joined(separator: ", "))
  }

  // MARK: Running

  /// The pipeline on generated records, with the slow stages that are asked for.
  private func makePipeline(_ teller: Teller, _ pauses: Pauses) throws -> RecordPipeline {
    let reading = delay(.reader, teller) / Self.batchSize
    let length = DatasetKind.cifar10.facts.layout.recordLength
    let files = SyntheticDataset(.cifar10, recordsPerFile: Self.recordsPerFile).recordFiles(.train)
    let parts = try files.map { file in
      // Made beforehand: generating a record takes longer than reading one.
      let region = try MemoryRegion(byteCount: Self.recordsPerFile * length)
      file.records.readRecords(in: 0..<Self.recordsPerFile, into: region.bytes)
      let records = RegionRecords(
        region: region, offset: 0, recordCount: Self.recordsPerFile, length: length)
      return RecordCollection.Part(
        name: file.name, source: SlowRecords(records: records, time: reading, pauses: pauses))
    }
    let dataset = try CIFARDataset(kind: .cifar10, parts: parts)
    var options = RecordPipelineOptions(
      batchSize: Self.batchSize, threads: threads,
      order: .shuffled(minAfterDequeue: Self.minAfterDequeue, capacity: Self.capacity), seed: 1)
    // The tutorial's queue: it is read without end, and epochs mix. No record stays in memory, so the reader works on.
    options.blendsEpochs = true
    options.memoryLimit = 0
    let transform = SlowTransform(
      transform: try CIFARTransform(for: .cifar10, operations: [.crop(size: 24), .standardize], seed: 1),
      time: delay(.workers, teller), pauses: pauses)
    let drawing = delay(.batcher, teller)
    return try RecordPipeline(dataset.records, transform: transform, options: options) { batchCount in
      pauses.pause(until: .now + drawing * batchCount)
    }
  }

  /// Draws the queues of a pipeline during `work`, if they are to be drawn.
  private func drawing<Result>(_ pipeline: RecordPipeline, _ work: () throws -> Result) throws -> Result {
    guard isDrawn else { return try work() }
    let frames = PipelineFrames(of: pipeline, title: nil)
    return try LiveView { Self.named(frames.current) }.during(work)
  }

  /// The frame with the tutorial's names for queues and stages; the places in memory are not in it.
  static func named(_ frame: LiveFrame) -> LiveFrame {
    let names = [
      "parts": "filename queue", "shuffle": "shuffle queue", "plans": "drawn", "ready": "batches",
    ]
    func renamed(_ words: String) -> String {
      words.replacing("consumer", with: "trainer").replacing("parts waits", with: "names wait")
    }
    var frame = frame
    frame.queues = frame.queues.compactMap { queue in
      names[queue.name].map {
        LiveFrame.Queue(name: $0, size: queue.size, capacity: queue.capacity, waiting: renamed(queue.waiting))
      }
    }
    frame.notes = frame.notes.map(renamed)
    return frame
  }

  /// Looks at the pipeline again and again while it runs, and says what was seen.
  private func watch(
    _ pipeline: RecordPipeline, _ trainer: LessonTrainer, _ teller: Teller
  ) throws -> VerdictEvidence {
    let heading = PipelinePicture.heading
    try teller.lines("\n" + Text.left("", 8) + heading.stages + "\n")
    try teller.lines(Text.left("  time", 8) + Text.left(heading.queues, 66) + "steps\n")
    let begin = ContinuousClock.now
    try trainer.start()
    var (earlier, earlierTime) = (pipeline.statistics, begin)
    for look in 1...Self.lookCount {
      if isStepped {
        try trainer.step(teller, number: look)
      } else {
        try teller.pass(Self.interval)
      }
      let (statistics, now) = (pipeline.statistics, ContinuousClock.now)
      let picture = PipelinePicture.text(
        statistics, since: earlier, minimum: Self.minAfterDequeue, threads: threads,
        time: earlierTime.duration(to: now))
      try teller.look(picture, Text.right(String(trainer.progress.steps), 4))
      (earlier, earlierTime) = (statistics, now)
    }
    return evidence(of: earlier, trainer.progress, elapsed: begin.duration(to: earlierTime))
  }

  /// What speaks for and against each stage.
  private func evidence(
    of statistics: PipelineStatistics, _ progress: LessonTrainer.Progress, elapsed: Duration
  ) -> VerdictEvidence {
    let filling = progress.steps > 1 ? progress.filling : .zero
    var evidence = VerdictEvidence(statistics, threads: threads, elapsed: elapsed, filling: filling)
    evidence.batches = progress.steps
    // That records are read again is the lesson's wish, and a pause stands for work.
    evidence.isStreamed = false
    evidence.processorTime = elapsed * threads
    if !isStepped { evidence.utilisation = progress.utilisation }
    return evidence
  }

  private func delay(_ name: SlowStage.Name, _ teller: Teller) -> Duration {
    real(slowStages.last { $0.name == name }?.time ?? .zero, teller)
  }

  private func real(_ time: Duration, _ teller: Teller) -> Duration { teller.real(time.inSeconds) }

  /// What a limit means for the queues.
  static func meaning(of limit: Verdict.Limit) -> String {
    switch limit {
    case .reader, .load:
      "That means: the shuffle queue sinks to its minimum, all queues behind it are dry, and everybody waits for records."
    case .batcher, .queue:
      "That means: the shuffle queue is full, and all queues behind it are dry."
    case .workers, .wakeUps, .processors:
      "That means: the queues before the workers are full, and the trainer waits before an empty one. Here a "
        + "pause stands for their work, so more --threads help on any machine."
    case .consumer:
      "That means: all queues are full, and every stage waits for the one that matters."
    case .unclear:
      "Let it run for longer."
    }
  }
}
