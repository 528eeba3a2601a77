import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("Signals and readers that go away", .timeLimit(.minutes(5)))
struct SignalTests {
  /// A run without end.
  private static let endless = [
    "batch", "--data", SampleData.directory.string, "--epochs", "1000000", "--format", "raw",
  ]
  /// What a run may take to be gone (P7).
  private static let patience = Duration.seconds(2)

  /// Reads what the program writes until there is a file in the directory.
  private func waitForFile(in directory: FilePath, _ run: CommandRun) {
    let deadline = ContinuousClock.now + .seconds(30)
    while FileBytes.names(in: directory).isEmpty && .now < deadline {
      run.readOutput(1, limit: .milliseconds(5))
    }
    #expect(!FileBytes.names(in: directory).isEmpty)
  }

  @Test(
    "a run into a file ends by the signal and leaves nothing",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func output(signal: Int32) {
    let scratch = ScratchDirectory("signal")
    let run = Tool.command(Self.endless + ["--output", "out", "--manifest", "m"], in: scratch.path).start()
    waitForFile(in: scratch.path, run)

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < Self.patience)
    #expect(FileBytes.names(in: scratch.path) == [])
    #expect(result.errorText == "")
  }

  @Test(
    "a run whose reader does not read, so that all queues are full, ends by the signal (B18)",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], [Command.Stream.captured, .capturedWithoutBlocking])
  func fullQueues(signal: Int32, output: Command.Stream) {
    var command = Tool.command(Self.endless)
    command.standardOutput = output
    let run = command.start()
    run.readOutput(1 << 20)

    run.send(signal)
    let result = run.finish(readsOutput: false)

    #expect(result.status == .signalled(signal))
    #expect(result.duration < Self.patience)
    #expect(result.errorText == "")
  }

  @Test(
    "synth ends by the signal and leaves nothing",
    arguments: ["set", "set.tar.gz"], [SIGINT, SIGTERM])
  func synth(name: String, signal: Int32) {
    let scratch = ScratchDirectory("signal")
    let run = Tool.command(["synth", "--output", name, "--records-per-file", "1000000"], in: scratch.path)
      .start()
    waitForFile(in: scratch.path, run)

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < Self.patience)
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("show ends by a signal that comes while it waits for its batch", arguments: [SIGINT, SIGTERM])
  func show(signal: Int32) {
    let scratch = ScratchDirectory("signal")
    // A batch of many epochs: it takes longer than the signal to come.
    let run = Tool.command(
      [
        "show", "--data", SampleData.directory.string, "--output", "sheet.png", "--verbose", "--batch-size",
        "1048576", "--transform", "crop:1", "--epoch-boundary", "blend", "--threads", "1", "--epochs", "2000",
      ], in: scratch.path
    ).start()
    #expect(run.readError(until: "seed"))

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < Self.patience)
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("a signal that was ignored from the start stays ignored, as under nohup")
  func ignored() {
    let words = Self.endless.map { "'\($0)'" }.joined(separator: " ")
    let run = Tool.shell("trap '' HUP; exec cifar-pipe \(words)").start()
    run.readOutput(1 << 20)

    run.send(SIGHUP)
    run.readOutput(8 << 20)
    run.send(SIGTERM)

    #expect(run.output.count >= 8 << 20)
    #expect(run.finish().status == .signalled(SIGTERM))
  }

  @Test("what kill -9 leaves is cleared by the next run (P12)")
  func killed() {
    let scratch = ScratchDirectory("signal")
    let run = Tool.command(Self.endless + ["--output", "out"], in: scratch.path).start()
    waitForFile(in: scratch.path, run)
    run.send(SIGKILL)
    _ = run.finish()
    #expect(!FileBytes.names(in: scratch.path).contains("out"))

    let again = Tool.run("batch", "--data", SampleData.directory.string, "--output", "out", in: scratch.path)

    #expect(again.status == .exited(0))
    #expect(FileBytes.names(in: scratch.path) == ["out"])
  }

  @Test(
    "a reader that has seen enough ends the run without a message (B15)",
    arguments: ["raw", "npy", "jsonl", "shapes"])
  func reader(format: String) {
    let run = Tool.command(Self.endless + ["--format", format]).start()
    run.readOutput(format == "shapes" ? 4096 : 1 << 20)

    run.closeOutput()
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGPIPE))
    #expect(result.duration < Self.patience)
    #expect(result.errorText == "")
  }

  @Test("an output that somebody has set not to block is written whole, and waited for without work")
  func nonBlockingOutput() throws {
    let words = [
      "batch", "--data", SampleData.directory.string, "--epochs", "3", "--seed", "1", "--format", "npy",
    ]
    let expected = Tool.command(words).runChecked()
    var command = Tool.command(words)
    command.standardOutput = .capturedWithoutBlocking
    let run = command.start()
    run.readOutput(1)
    // Sooner or later the pipe and all queues are full, and there is nothing to do but to wait.
    var ticks = Int.max
    for _ in 0..<100 where ticks > 2 {
      let before = try processorTicks(of: run)
      usleep(100_000)
      ticks = try processorTicks(of: run) - before
    }
    #expect(ticks <= 2)

    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    let isIdentical = result.output == expected.output
    #expect(isIdentical)
  }

  /// The processor time of a program so far, in hundredths of a second.
  private func processorTicks(of run: CommandRun) throws -> Int {
    let status = try #require(FileBytes.text(FilePath("/proc/\(run.process)/stat")))
    // The name, in parentheses, may have spaces; the times are the 14th and 15th field.
    let fields = try #require(status.split(separator: ")").last).split(separator: " ")
    return try #require(Int(fields[11])) + #require(Int(fields[12]))
  }

  @Test("a slow reader is no stall")
  func slowReader() {
    let run = Tool.command(Self.endless + ["--stall-limit", "1"]).start()
    run.readOutput(1 << 20)

    // Longer than the limit, and nothing is read.
    usleep(1_500_000)
    run.readOutput(4 << 20)
    run.closeOutput()

    #expect(run.finishChecked().status == .signalled(SIGPIPE))
  }

  @Test("signals with a handler, thousands a second, change nothing (A05)")
  func storm() {
    let words = [
      "batch", "--data", SampleData.directory.string, "--epochs", "4", "--seed", "1", "--format", "npy",
      "--memory-limit", "0",
    ]
    let expected = Tool.command(words).runChecked()
    let run = Tool.command(words).start()
    // The handler of the signal is set before the first byte comes.
    run.readOutput(1)
    var count = 0

    while run.output.count < expected.output.count && run.isRunning {
      for signal in [SIGUSR2, SIGWINCH, SIGUSR2, SIGCONT, SIGUSR2] { run.send(signal) }
      run.readOutput(run.output.count + 1)
      count += 5
    }
    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    // Compared apart: a failed expectation would work out the difference of millions of bytes.
    let isIdentical = result.output == expected.output
    #expect(isIdentical)
    #expect(count > 1000)
  }
}
