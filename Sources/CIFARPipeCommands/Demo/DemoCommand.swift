import ArgumentParser

/// `cifar-pipe demo`: the tutorial of queues, running.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show what queues do, in four lessons that run.",
    discussion: """
      The lessons are made of the queues that 'batch' has, slowed down for people. Without a lesson they are \
      listed. Examples:

        cifar-pipe demo fifo
        cifar-pipe demo shuffle --min-after-dequeue 0,50,all
        cifar-pipe demo pipeline --slow reader=100ms
      """,
    subcommands: [DemoFIFO.self, DemoRunner.self, DemoShuffle.self, DemoPipeline.self])

  func run() throws {
    let rows = Self.configuration.subcommands.map {
      ["cifar-pipe demo \($0._commandName)", $0.configuration.abstract]
    }
    try OutputStream.standard.write(Table.text(rows))
  }
}

/// `cifar-pipe demo fifo`.
struct DemoFIFO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fifo", abstract: "The queue that blocks, and what ends a wait.")

  @OptionGroup(title: "Telling") var options: LessonOptions

  func run() throws {
    try options.tell(FIFOLesson())
  }
}

/// `cifar-pipe demo runner`.
struct DemoRunner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runner", abstract: "Threads that keep a queue full, and how they stop.")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads that work. (default: 2)", valueName: "n"), transform: Bounded.integer(1...6))
  var threads = 2

  @OptionGroup(title: "Telling") var options: LessonOptions

  func run() throws {
    try options.tell(RunnerLesson(threadCount: threads))
  }
}

/// `cifar-pipe demo shuffle`.
struct DemoShuffle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shuffle", abstract: "What min_after_dequeue does to the order of records.",
    usage: "cifar-pipe demo shuffle [<options>]")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Records that stay behind for mixing; 'all' waits for all \(ShuffleLesson.recordCount).",
      discussion: "A list shows one after the other. (default: 0,20,100,all)", valueName: "n,..."),
    transform: List.parser(NumberOrWord.parser(0...1000, word: "all")))
  var minAfterDequeue: [NumberOrWord] = [.number(0), .number(20), .number(100), .word]

  @OptionGroup(title: "Telling") var options: LessonOptions

  func run() throws {
    try options.tell(ShuffleLesson(minimums: minAfterDequeue))
  }
}

/// `cifar-pipe demo pipeline`.
struct DemoPipeline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline", abstract: "Which queue runs full, which runs dry, and why.",
    usage: "cifar-pipe demo pipeline [--slow <stage=duration> ...] [<options>]")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads that work. (default: 2)", valueName: "n"), transform: Bounded.integer(1...6))
  var threads = 2

  @Option(
    help: ArgumentHelp(
      "What the trainer takes for a batch, such as 5ms. (default: 50ms)", valueName: "duration"),
    transform: StepTime.parse)
  var stepTime: StepTime?

  @Option(
    help: ArgumentHelp(
      "Make a stage slower by this for each batch, as in 'reader=100ms'.",
      discussion: "The stages are reader, batcher, workers and trainer; may be given for each.",
      valueName: "stage=duration"), transform: SlowStage.init(parsing:))
  var slow: [SlowStage] = []

  @OptionGroup(title: "Telling") var options: LessonOptions

  func run() throws {
    let lesson = PipelineLesson(
      threads: threads, stepTime: stepTime?.duration ?? .milliseconds(50), slowStages: slow,
      isStepped: options.step,
      isDrawn: OutputStream.standard.isTerminal && LiveView.isPossible)
    try options.tell(lesson, unwatchedSpeed: PipelineLesson.unwatchedSpeed)
  }
}
