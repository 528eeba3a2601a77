import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

@Suite("--token-file and --resume", .timeLimit(.minutes(5)))
struct ResumeTests {
  /// Epochs of 15 batches of 64 and one of 40.
  private static let base = [
    "--seed", "5", "--batch-size", "64", "--transform", "random-crop:24,flip", "--min-after-dequeue", "300",
  ]
  /// Many times the MiB that a pipe holds, so that a signal finds the run in the middle.
  private static let threeEpochs = base + ["--dtype", "float32", "--epochs", "3", "--format", "raw"]
  /// Batches of more than a pipe holds: the one that is read in part is not written completely.
  private static let longBatches = threeEpochs + ["--batch-size", "500"]
  private static let longBatchLength = 500 * (24 * 24 * 3 * 4 + 4)

  /// What is delivered, and where the records are.
  struct Case: Sendable, CustomTestStringConvertible {
    var options: [String] = []
    var data = SampleData.directory
    var testDescription: String { data.lastComponent!.string + " " + options.joined(separator: " ") }
  }

  static let cases = [
    Case(), Case(data: SampleData.archive),
    Case(options: ["--memory-limit", "0"]),
    Case(options: ["--epoch-boundary", "blend"]),
    Case(options: ["--drop-remainder"]),
    Case(options: ["--epoch-boundary", "blend", "--drop-remainder", "--memory-limit", "0"]),
    Case(options: ["--shard", "1/3"]),
    Case(options: ["--shard", "2/3", "--uneven", "pad"]),
    Case(options: ["--shard", "0/3", "--uneven", "keep", "--epoch-boundary", "blend"]),
  ]

  private static func expected(_ options: [String], _ data: FilePath) -> [UInt8] {
    let run = StoppableRun(options: options, own: ["--threads", "1"], data: data).run()
    #expect(run.result.status == .exited(0))
    return run.result.output
  }

  /// Stops the run by SIGTERM, the next one by SIGINT, and lets a third one go to the end.
  private static func expectExact(_ options: [String], _ data: FilePath) throws {
    let expected = expected(options, data)
    var run = StoppableRun(options: options, data: data)
    var output: [UInt8] = []
    for (threads, signal) in [("3", SIGTERM), ("1", SIGINT)] {
      run.own = ["--threads", threads]
      // What two readers take and leave in the pipe is less than all.
      let count = expected.count / 8
      let stopped = run.stop { process in
        // More is under way then, and most often half of a batch is in the pipe.
        process.readOutput(count)
        process.sendAndWait(signal)
      }
      #expect(stopped.result.status == .signalled(signal))
      #expect(stopped.result.output.count < expected.count - output.count)
      output += stopped.result.output
      run.token = stopped.token
      try #require(run.token != nil)
    }
    run.own = ["--threads", "2"]
    let rest = run.run()
    #expect(rest.result.status == .exited(0))
    // Compared apart: a failed expectation would work out the difference of millions of bytes.
    let isIdentical = output + rest.result.output == expected
    #expect(isIdentical)

    run.token = rest.token
    try #require(run.token != nil)
    let nothing = run.run()
    #expect(nothing.result.status == .exited(0))
    #expect(nothing.result.output.isEmpty)
    #expect(nothing.token == rest.token)
  }

  @Test("a run that is stopped twice by signals and continued delivers the same bytes", arguments: cases)
  func signals(_ one: Case) throws {
    try Self.expectExact(Self.threeEpochs + one.options, one.data)
  }

  @Test("the same holds in the order of the files")
  func unshuffled() throws {
    try Self.expectExact(
      [
        "--no-shuffle", "--batch-size", "64", "--transform", "random-crop:24,flip", "--seed", "5", "--epochs",
        "3", "--format", "raw",
      ], SampleData.directory)
  }

  @Test("the same holds for npy with marks between the epochs")
  func marks() throws {
    try Self.expectExact(
      Self.base + ["--epochs", "3", "--format", "npy", "--epoch-marks"], SampleData.directory)
  }

  @Test("a signal between the last batch of an epoch and its mark leaves no epoch without its mark")
  func markAtSignal() throws {
    let options = Self.base + ["--epochs", "40", "--batch-size", "1000", "--format", "npy", "--epoch-marks"]
    let arrays = try NpyArray.all(in: Self.expected(options, SampleData.directory))
    let epochLength = arrays[3].elements.upperBound

    for epoch in 1...8 {
      let stopped = StoppableRun(options: options).stop { process in
        // The last bytes of the batch are in the pipe then, those of the mark perhaps not.
        process.readOutput(epoch * epochLength - 9000)
        process.sendAndWait(SIGTERM)
      }
      let next = try #require(stopped.next)
      #expect(stopped.result.output.count == next * epochLength)
    }
  }

  @Test(
    "a reader that takes nothing between the last batch of an epoch and its mark finds the mark later (N13)")
  func markBehindFullPipe() throws {
    let scratch = ScratchDirectory("mark")
    // A batch an epoch: 256 bytes of headers and 390 records of 3076 take 293 pages, and the last page has no room for
    // a mark of 256 bytes.
    let (epochLength, pageLength) = (1_199_896, 4096)
    let data = scratch.path.appending("data").string
    _ = Tool.run("synth", "--records-per-file", "78", "--quiet", "--output", data)
    let words = [
      "batch", "--data", data, "--preset", "raw", "--batch-size", "390", "--min-after-dequeue", "20",
      "--seed", "1",
      "--epochs", "2", "--format", "npy", "--epoch-marks",
    ]
    let expected = Tool.command(words).runChecked().output
    let pipe = scratch.path.appending("pipe")
    let token = scratch.path.appending("token")
    #expect(mkfifo(pipe.string, 0o600) == 0)
    let reader = open(pipe.string, O_RDWR | O_CLOEXEC)
    defer { close(reader) }
    var command = Tool.command(words + ["--token-file", token.string])
    command.standardOutput = .file(pipe)
    let run = command.start()

    // As many pages as leave a pipe full of them.
    let pageCount = (epochLength + pageLength - 1) / pageLength - OutputStream.pipeByteCount / pageLength
    var output = Self.read(pageCount * pageLength, from: reader)
    let rest = epochLength - output.count
    var waiting: Int32 = 0
    #expect(becomesTrue { ioctl(reader, UInt(FIONREAD), &waiting) == 0 && waiting == rest }, "\(waiting)")
    run.send(SIGTERM)
    #expect(run.finishChecked().status == .signalled(SIGTERM))
    output += Self.read(rest, from: reader)

    let text = try #require(FileBytes.text(token)).split(separator: "\n")[0]
    let continued = Tool.command(words + ["--resume", String(text)]).runChecked().output
    let isIdentical = output + continued == expected
    #expect(isIdentical)
  }

  private static func read(_ count: Int, from descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      while filled < count {
        let found = Platform.read(descriptor, bytes.baseAddress! + filled, count - filled)
        guard found > 0 else { return }
        filled += found
      }
    }
  }

  @Test("a run that ends after some batches goes on with the next one", arguments: [1, 15, 16, 17, 47])
  func batches(count: Int) throws {
    let expected = Self.expected(Self.threeEpochs, SampleData.directory)
    var run = StoppableRun(options: Self.threeEpochs, own: ["--batches", "\(count)"])
    let first = run.run()

    run.own = []
    run.token = first.token
    try #require(run.token != nil)
    let rest = run.run()

    #expect(first.next == count)
    let isIdentical = first.result.output + rest.result.output == expected
    #expect(isIdentical)
  }

  @Test("a run that has nothing left to deliver says so; where nobody told its end, that is no success")
  func nothingLeft() throws {
    let message = "nothing is left to deliver: the run of '--resume' ends before batch 16"
    let epoch = Self.base + ["--format", "raw"]
    let first = StoppableRun(options: epoch).run()
    #expect(first.next == 16)

    for (more, isTold) in [([], false), (["--epochs", "1"], true), (["--batches", "16"], true)] {
      let rest = StoppableRun(options: epoch, own: more, token: first.token).run()
      #expect(rest.result.status == .exited(isTold ? 0 : 64))
      #expect(rest.result.output.isEmpty)
      #expect(rest.token == (isTold ? first.token : nil))
      #expect(
        rest.result.errorText == "cifar-pipe: \(message)"
          + (isTold
            ? "\n"
            : "; tell with '--epochs' or '--batches' how much it delivers, counted from its beginning\n"))
    }
    let next = StoppableRun(options: epoch, own: ["--epochs", "2"], token: first.token).run()
    #expect(next.result.output.count == first.result.output.count && next.result.errorText == "")

    // The last of 16 batches is left out, since three processes do not share it equally.
    let share = epoch + ["--shard", "1/3"]
    let own = StoppableRun(options: share).run()
    let rest = StoppableRun(options: share, own: ["--quiet", "--epochs", "1"], token: own.token).run()
    #expect(own.next == 16 && rest.result.status == .exited(0))
    #expect(rest.result.output.isEmpty && rest.result.errorText == "")
  }

  @Test("the token of a run without a seed holds the one that was drawn")
  func drawnSeed() throws {
    let options = ["--batch-size", "64", "--transform", "none", "--format", "raw", "--epochs", "1"]
    var run = StoppableRun(options: options, own: ["--batches", "4"])
    let first = run.run()
    let seed = try #require(ResumeToken(parsing: first.token!).value("seed"))

    run.own = []
    run.token = first.token
    let rest = run.run()

    let expected = Self.expected(options + ["--seed", seed], SampleData.directory)
    let isIdentical = first.result.output + rest.result.output == expected
    #expect(isIdentical)
  }

  @Test("the token counts the batches that were written completely, whatever the reader took")
  func closedPipe() throws {
    let expected = Self.expected(Self.longBatches, SampleData.directory)
    let stopped = StoppableRun(options: Self.longBatches).stop { process in
      process.readOutput(4 * Self.longBatchLength + 1)
      process.closeOutput()
    }

    #expect(stopped.result.status == .signalled(SIGPIPE))
    #expect(stopped.result.errorText == "")
    #expect(stopped.next == 4)
    let isPrefix = expected.starts(with: stopped.result.output)
    #expect(isPrefix)
  }

  @Test("a reader that takes nothing after a signal costs no batch: the half one is not counted")
  func stuckReader() throws {
    let stopped = StoppableRun(options: Self.longBatches).stop(readsOutput: false) { process in
      process.readOutput(4 * Self.longBatchLength + 1)
      process.send(SIGTERM)
    }

    #expect(stopped.result.status == .signalled(SIGTERM))
    #expect(stopped.result.duration < .seconds(2))
    #expect(stopped.next == 4)
    let rest = stopped.result.output.count - 4 * Self.longBatchLength
    #expect(rest > 0 && rest < Self.longBatchLength)
  }

  @Test("what was delivered to a file that does not appear is delivered again")
  func lostFile() throws {
    let scratch = ScratchDirectory("resume")
    let file = scratch.path.appending("out").string
    let endless = Self.base + ["--epochs", "1000000", "--format", "raw"]
    let stopped = StoppableRun(options: endless, own: ["--output", file]).stop { process in
      while FileBytes.names(in: scratch.path).isEmpty { process.readOutput(1, limit: .milliseconds(5)) }
      process.send(SIGTERM)
    }

    #expect(stopped.result.status == .signalled(SIGTERM))
    #expect(stopped.next == nil || stopped.next == 0)
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("a run that fails leaves the token of the earlier run as it was")
  func failure() throws {
    let scratch = ScratchDirectory("resume")
    let script = """
      set -e
      cifar-pipe synth --quiet --records-per-file 200 --output data
      cifar-pipe batch --data data --batches 1 --seed 1 --token-file token >/dev/null
      cp token before
      printf '\\377' | dd of=data/data_batch_3.bin bs=1 seek=3073 conv=notrunc status=none
      cifar-pipe batch --data data --epochs 1 --seed 1 --token-file token >/dev/null && exit 9
      cmp token before; ls
      """
    let result = Tool.shell(script, in: scratch.path).runChecked()

    #expect(result.status == .exited(0))
    #expect(result.outputText == "before\ndata\ntoken\n")
  }

  @Test("a place for the token that cannot be is told before any work, and it needs one of its own")
  func places() {
    let scratch = ScratchDirectory("resume")
    for (place, exit) in [("no/token", 73), (".", 73), ("-", 64), ("out", 64)] as [(String, Int32)] {
      let result = Tool.run(
        "batch", "--synthetic", "--output", "out", "--token-file", place, in: scratch.path)
      #expect(result.status == .exited(exit), "\(place): \(result.errorText)")
      #expect(FileBytes.names(in: scratch.path) == [])
    }
  }

  @Test("bench and show go on from a token as batch does, and refuse one that does not fit")
  func otherCommands() throws {
    var run = StoppableRun(options: Self.base + ["--format", "raw"], own: ["--batches", "1"])
    run.token = run.run().token
    let token = try #require(run.token)
    let goesOn = ["--data", SampleData.directory.string, "--resume", token] + Self.base.dropFirst(2)
    run.own = ["--digest"]
    let rest = run.run()

    let bench = Tool.command(["bench", "--runs", "1", "--warmup", "0", "--digest", "--json"] + goesOn)
      .runChecked()
    let digest = try JSONValue(parsing: bench.outputText)["results"]?.elements?[0]["digest"]?.text
    #expect(rest.result.errorText == "sha256 \(digest ?? "")\n")

    // The sheet says which share and which batch it shows, so it is compared with the same batch of all.
    let show = ["show", "--output", "-"]
    let picture = Tool.command(show + goesOn).runChecked()
    let shard = ["--data", SampleData.directory.string, "--shard", "1/2"] + Self.base
    let all = shard + ["--shard", "none"]
    let isSecond =
      picture.output == Tool.command(show + all + ["--start-batch", "1"]).runChecked().output
    #expect(isSecond)
    let isFirst = picture.output == Tool.command(show + all).runChecked().output
    #expect(!isFirst)

    // Batch 1 is the other process's: it is not for want of a batch that this one shows none.
    let half = shard.prefix(2) + Self.base + ["--shard", "0/2"]
    let own = Tool.command(["token"] + half + ["--at", "1"]).runChecked().outputText.dropLast()
    let next = Tool.command(show + half + ["--resume", String(own)]).runChecked()
    #expect(next.status == .exited(0), "\(next.errorText)")
    let none = Tool.command(show + goesOn + ["--batches", "1"]).runChecked()
    #expect(none.status == .exited(64) && none.output.isEmpty)

    for command in [["bench"], show] {
      let other = Tool.command(command + goesOn + ["--seed", "6"]).runChecked()
      #expect(other.status == .exited(78))
      #expect(other.errorText.contains("seed (expected 5, found 6)"))
    }
  }
}
