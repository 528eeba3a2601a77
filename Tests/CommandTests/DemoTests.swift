import Platform
import PipeTestSupport
import Testing

@testable import CIFARPipeCommands
@testable import InputPipeline

/// What the lessons print is compared by the cases; here is what a pipe cannot show.
@Suite("Lessons", .timeLimit(.minutes(5)))
struct DemoTests {
  static let lessons = ["fifo", "runner", "shuffle", "pipeline"]

  @Test(
    "a lesson, and the list of them, fits into 80 columns of plain characters", arguments: [nil] + lessons)
  func columns(lesson: String?) {
    let result = Tool.command(["demo"] + (lesson.map { [$0] } ?? [])).runChecked()
    let lines = result.outputText.split(separator: "\n")

    #expect(lines.filter { $0.count > 80 || !$0.allSatisfy(\.isASCII) } == [])
    #expect(lines.count > (lesson == nil ? 3 : 20))
  }

  @Test("the walk-through shows what the lessons print")
  func walkthrough() {
    let transcripts = ReadmeTests.transcripts(of: "docs/queues-and-threads.md")
    // What is measured differs from run to run.
    let quotations = transcripts.filter { !$0.lines.isEmpty && !$0.command.contains("pipeline") }

    for quotation in quotations {
      let output = Tool.shell(quotation.command).runChecked().outputText
      // Between the parts that are quoted some lines are left out.
      for part in quotation.lines.split(separator: "...") {
        #expect(output.contains("\n" + part.joined(separator: "\n") + "\n"))
      }
    }
    #expect(transcripts.prefix(4).map(\.command) == Self.lessons.map { "cifar-pipe demo \($0)" })
    #expect(quotations.count == 3)
  }

  @Test("any number of threads gives the same transcript each time", arguments: 1...6)
  func threads(count: Int) {
    let transcripts = (0..<4).map { _ in Tool.run("demo", "runner", "--threads", "\(count)").outputText }

    #expect(Set(transcripts).count == 1)
    #expect(transcripts[0].contains("join throws \"data_batch_2.bin:"))
  }

  @Test("a lesson ends by a signal", arguments: lessons, [SIGINT, SIGTERM])
  func signals(lesson: String, signal: Int32) {
    let run = Tool.command(["demo", lesson, "--speed", "0.01"]).start()
    run.readOutput(1)

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText == "")
  }

  @Test("a reader that goes away ends a lesson")
  func readerGone() {
    let run = Tool.command(["demo", "shuffle", "--speed", "20"]).start()
    run.readOutput(1)

    run.closeOutput()

    #expect(run.finishChecked().status == .signalled(SIGPIPE))
  }

  /// How long a test looks whether something comes that should not.
  private static let moment = Duration.milliseconds(40)

  /// A lesson on a terminal, from which it also reads.
  private func onTerminal(_ words: [String], kind: String) -> Command {
    var command = Tool.command(["demo"] + words)
    command.environment.append("TERM=\(kind)")
    command.terminal = PseudoTerminal(columns: 80, rows: 24)
    command.standardOutput = .terminal
    command.readsTerminal = true
    return command
  }

  @Test("with '--step' each key goes one step on", arguments: ["xterm", "dumb"])
  func steps(kind: String) throws {
    let command = onTerminal(["fifo", "--step", "--speed", "50"], kind: kind)
    let terminal = try #require(command.terminal)
    let run = command.start()

    #expect(run.waitForScreen { $0.text.contains("what happens") })
    #expect(!terminal.isInLineMode)
    for text in ["three numbers are put in", "takes 1", "takes 2", "takes 3", "wants a fourth"] {
      #expect(!run.waitForScreen(limit: Self.moment) { $0.text.contains(text) })
      terminal.type(" ")
      #expect(run.waitForScreen { $0.text.contains(text) })
    }
    terminal.type(String(repeating: " ", count: 20))
    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    #expect(run.terminalText.hasSuffix("Next: cifar-pipe demo runner\r\n"))
    #expect(terminal.isInLineMode)
  }

  @Test(
    "a signal ends a lesson on a terminal and leaves it as it was", arguments: ["xterm", "dumb"],
    [["fifo"], ["fifo", "--step"], ["runner"], ["shuffle"], ["pipeline"], ["pipeline", "--step"]])
  func signalOnTerminal(kind: String, words: [String]) throws {
    let command = onTerminal(words, kind: kind)
    let terminal = try #require(command.terminal)
    let run = command.start()
    #expect(run.waitForScreen { $0.text.contains("time") })
    terminal.type("typed meanwhile")

    run.send(SIGINT)
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGINT))
    #expect(terminal.isInLineMode)
    #expect(!run.terminalText.contains("\u{1b}"))
    #expect(!run.terminalText.contains("typed"))
    #expect(run.terminalText.hasSuffix("\r\n"))
  }

  @Test(
    "the pipeline's lesson names the stage that was made slow",
    arguments: [
      ("--slow reader=800ms", "the reader limits"), ("--slow workers=1600ms", "the 2 workers limit"),
      ("--slow batcher=300ms", "the batcher limits"),
      ("--slow workers=1600ms --threads 1", "the only worker limits"),
      ("--step-time 800ms", "the trainer limits"), ("--slow trainer=800ms", "the trainer limits"),
      ("--slow reader=200ms --slow workers=2s --step-time 5ms", "the 2 workers limit"),
    ])
  func limits(options: String, verdict: String) {
    let result = Tool.shell("cifar-pipe demo pipeline --speed 8 \(options)").runChecked()

    #expect(result.status == .exited(0))
    #expect(result.outputText.replacing("\n", with: " ").contains("Verdict: \(verdict)"))
  }

  @Test("with '--step' each key is a step of the trainer")
  func stepsOfTrainer() throws {
    let command = onTerminal(["pipeline", "--step"], kind: "xterm")
    let terminal = try #require(command.terminal)
    let run = command.start()
    #expect(run.waitForScreen { $0.text.contains("steps") })

    for step in 1...12 {
      #expect(!run.waitForScreen(limit: Self.moment) { $0.rows.contains { $0.hasSuffix(" \(step)") } })
      terminal.type(" ")
      #expect(run.waitForScreen { $0.rows.contains { $0.hasSuffix(" \(step)") } })
    }

    #expect(run.finishChecked().status == .exited(0))
  }

  @Test("what is drawn has the tutorial's names")
  func names() {
    let queue = LiveFrame.Queue(name: "ready", size: 3, capacity: 4, waiting: "consumer waits")
    let frame = LiveFrame(
      progress: ["one"], queues: [.init(name: "free slots", size: 1, capacity: 2), queue],
      notes: ["the consumer"])

    let named = PipelineLesson.named(frame)

    #expect(named.queues == [.init(name: "batches", size: 3, capacity: 4, waiting: "trainer waits")])
    #expect(named.notes == ["the trainer"])
    #expect(named.progress == ["one"])
  }

  @Test("on a terminal the queues of the pipeline are drawn below the lines, and taken away at the end")
  func drawnPipeline() throws {
    var command = onTerminal(["pipeline", "--speed", "4"], kind: "xterm")
    command.standardError = .terminal
    let run = command.start()

    #expect(run.waitForScreen { $0.text.contains("filename queue  [") && $0.text.contains("limit so far: ") })
    #expect(run.waitForScreen { $0.text.contains("Next: ") })
    #expect(run.finishChecked().status == .exited(0))
    #expect(!run.screen.text.contains("limit so far"))
    #expect(run.screen.unknown == [])
    #expect(run.screen.isCursorVisible)
  }

  @Test("a signal takes the drawn queues away", arguments: [["pipeline"], ["pipeline", "--step"]])
  func drawnPipelineStopped(words: [String]) throws {
    var command = onTerminal(words, kind: "xterm")
    command.standardError = .terminal
    let terminal = try #require(command.terminal)
    let run = command.start()
    #expect(run.waitForScreen { $0.text.contains("limit so far: ") })

    run.send(SIGINT)

    #expect(run.finishChecked().status == .signalled(SIGINT))
    #expect(!run.screen.text.contains("limit so far"))
    #expect(terminal.isInLineMode)
    #expect(run.screen.isCursorVisible)
  }

  @Test("a pipeline is drawn from the statistics of its queues")
  func pipelinePicture() {
    #expect(
      PipelinePicture.bar(Self.queue(size: 128, capacity: 256), cells: 14, mark: 128) == "[#######|.......]")
    #expect(PipelinePicture.bar(Self.queue(size: 3, capacity: 4), cells: 8) == "[###.]")
    #expect(PipelinePicture.bar(Self.queue(size: 9, capacity: 4), cells: 8) == "[####]")
    #expect(PipelinePicture.State(starved: .seconds(2), held: .seconds(1), of: .seconds(3)) == .starved)
    #expect(PipelinePicture.State(starved: .seconds(1), held: .seconds(2), of: .seconds(3)) == .held)
    #expect(PipelinePicture.State(starved: .seconds(1), held: .seconds(1), of: .seconds(3)) == .works)
  }

  @Test("between the queues stands what the threads of a stage mostly did since the last look")
  func pipelineStates() {
    let earlier = PipelineStatistics(
      parts: Self.queue(size: 32, capacity: 32), records: Self.queue(size: 128, capacity: 256),
      isShuffled: true,
      plans: Self.queue(size: 0, capacity: 8), ready: Self.queue(size: 4, capacity: 4),
      freeSlots: Self.queue(size: 100, capacity: 736))
    var now = earlier
    // Of one second the reader waits for places, the batcher for records, one of two workers for room.
    now.freeSlots!.dequeueWait += .milliseconds(600)
    now.records.dequeueWait += .milliseconds(900)
    now.ready.enqueueWait += .milliseconds(1000)
    func text(threads: Int) -> String {
      PipelinePicture.text(now, since: earlier, minimum: 128, threads: threads, time: .seconds(1))
    }

    #expect(text(threads: 2) == "[########]  =  [#######|.......]  ?  [........]  >  [####]     >")
    #expect(text(threads: 1) == "[########]  =  [#######|.......]  ?  [........]  =  [####]     >")
    now.ready.dequeueWait += .milliseconds(501)
    #expect(text(threads: 2).hasSuffix("[####]     ?"))
  }

  /// The statistics of a queue that nobody has used.
  private static func queue(size: Int, capacity: Int) -> QueueStatistics {
    var statistics = FIFOQueue<Int>(name: "one", capacity: capacity).statistics
    statistics.size = size
    return statistics
  }

  @Test("a picture, a wrapped text and a plot")
  func parts() {
    var picture = QueuePicture(capacity: 3, elementWidth: 2, waitingShown: 2)
    picture.elements = ["a1"]
    picture.waiting = ["b1", "c1", "d1", "e1"]

    #expect(picture.text == "+3 b1 -> [ .  . a1] ->    ")
    picture.moveUp()
    #expect(picture.text == "e1 d1 -> [c1 b1 a1] ->    ")
    #expect(Text.wrapped("one two three", width: 7) == ["one two", "three"])
    #expect(Text.wrapped("longer", width: 3) == ["longer"])
    #expect(ShuffleLesson.plot([0, 5, 6, 10, 11, 12, 15, 16, 17, 18, 19]).hasPrefix(".:+# "))
    #expect([0, 19, 20, 199].map(ShuffleLesson.label) == [0, 0, 1, 9])
  }
}
