import PipeTestSupport
import SystemPackage
import Testing

@Suite("--shard", .timeLimit(.minutes(5)))
struct ShardTests {
  /// Two epochs of 15 batches of 64 and one of 40.
  private static let options = [
    "batch", "--data", SampleData.directory.string, "--seed", "5", "--batch-size", "64", "--epochs", "2",
    "--min-after-dequeue", "300", "--transform", "random-crop:8,flip",
  ]
  private static let batchesPerEpoch = 16

  private static func run(
    _ options: [String], _ environment: [String] = [], seed: Bool = true
  ) -> CommandResult {
    var words = Self.options
    if !seed { words.removeSubrange(3...4) }
    var command = Tool.command(words + options)
    command.environment += environment
    return command.runChecked()
  }

  /// What stays the same when a batch is delivered once more: its labels, records and digest.
  private static func contents(_ options: [String]) throws -> [String] {
    let result = run(options + ["--format", "jsonl"])
    #expect(result.status == .exited(0), "\(result.errorText)")
    // Before the shape stand the numbers of the batch, which a repeated one does not share with the first.
    return result.outputText.split(separator: "\n").map { line in
      String(line.split(separator: #""shape""#, maxSplits: 1).last!)
    }
  }

  private static let whole = Result { try contents([]) }

  @Test("the bytes of all processes in turns are the bytes of one process", arguments: 1...7)
  func union(count: Int) {
    let whole = Self.run(["--format", "raw"]).output
    let length = 64 * (8 * 8 * 3 + 4)
    let shares = (0..<count).map {
      Self.run(["--format", "raw", "--uneven", "keep", "--shard", "\($0)/\(count)"]).output
    }

    var union: [UInt8] = []
    var taken = Array(repeating: 0, count: count)
    for number in 0..<2 * Self.batchesPerEpoch {
      let process = number % count
      let bytes = number % Self.batchesPerEpoch == Self.batchesPerEpoch - 1 ? length / 64 * 40 : length
      union += shares[process][taken[process]...].prefix(bytes)
      taken[process] += bytes
    }

    #expect(taken == shares.map(\.count))
    let isIdentical = union == whole
    #expect(isIdentical)
  }

  @Test(
    "in each epoch a process delivers every N-th batch; surplus ones are left out, repeated or kept",
    arguments: ["drop", "pad", "keep"], 1...7)
  func uneven(_ uneven: String, count: Int) throws {
    let whole = try Self.whole.get()
    let perEpoch = Self.batchesPerEpoch
    let delivered =
      ["drop": perEpoch / count * count, "pad": (perEpoch + count - 1) / count * count][uneven] ?? perEpoch

    for process in 0..<count {
      let expected: [String] =
        uneven == "keep"
        ? stride(from: process, to: whole.count, by: count).map { whole[$0] }
        : (0..<2).flatMap { epoch in
          stride(from: process, to: delivered, by: count).map { whole[epoch * perEpoch + $0 % perEpoch] }
        }
      let found = try Self.contents(["--shard", "\(process)/\(count)", "--uneven", uneven])
      #expect(found == expected, "process \(process) of \(count)")
    }
  }

  @Test("marks stand after equally many batches in all processes", arguments: [("drop", 5), ("pad", 6)])
  func marks(_ uneven: String, perEpoch: Int) throws {
    for process in 0..<3 {
      let result = Self.run([
        "--format", "npy", "--epoch-marks", "--shard", "\(process)/3", "--uneven", uneven,
      ])
      let arrays = try NpyArray.all(in: result.output)
      let isMark = stride(from: 0, to: arrays.count, by: 2).map { arrays[$0].shape[0] == 0 }
      let epoch = Array(repeating: false, count: perEpoch) + [true]
      #expect(isMark == epoch + epoch, "process \(process)")
    }
  }

  /// The environment of one process of a launcher.
  struct Launch: Sendable, CustomTestStringConvertible {
    let environment: [String]
    /// What the message says; `nil` for a single process.
    let note: String?
    let shard: String
    var testDescription: String { environment.joined(separator: " ") }

    init(_ environment: String, _ note: String?, _ shard: String) {
      self.environment = environment.split(separator: " ").map(String.init)
      (self.note, self.shard) = (note, shard)
    }
  }

  static let launches = [
    Launch("RANK=2 WORLD_SIZE=4", "torchrun (RANK=2, WORLD_SIZE=4)", "2/4"),
    Launch(
      "RANK=2 WORLD_SIZE=4 LOCAL_RANK=0 LOCAL_WORLD_SIZE=2 MASTER_ADDR=x",
      "torchrun (RANK=2, WORLD_SIZE=4)",
      "2/4"),
    Launch("SLURM_PROCID=0 SLURM_NTASKS=3", "Slurm (SLURM_PROCID=0, SLURM_NTASKS=3)", "0/3"),
    Launch(
      "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2",
      "Open MPI (OMPI_COMM_WORLD_RANK=1, OMPI_COMM_WORLD_SIZE=2)", "1/2"),
    Launch("PMI_RANK=4 PMI_SIZE=5", "PMI (PMI_RANK=4, PMI_SIZE=5)", "4/5"),
    Launch(
      "JOB_COMPLETION_INDEX=1 CIFAR_PIPE_WORLD=2",
      "Kubernetes (JOB_COMPLETION_INDEX=1, CIFAR_PIPE_WORLD=2)", "1/2"),
    // Open MPI below Slurm: the same place told twice.
    Launch(
      "SLURM_PROCID=1 SLURM_NTASKS=4 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4",
      "Slurm (SLURM_PROCID=1, SLURM_NTASKS=4)", "1/4"),
    // torchrun as the one task of a job.
    Launch(
      "SLURM_PROCID=0 SLURM_NTASKS=1 RANK=3 WORLD_SIZE=4", "torchrun (RANK=3, WORLD_SIZE=4)", "3/4"),
    Launch(
      "RANK=0 WORLD_SIZE=1 SLURM_PROCID=2 SLURM_NTASKS=4", "Slurm (SLURM_PROCID=2, SLURM_NTASKS=4)", "2/4"),
    // torchrun as each of the two tasks of a job, and in each of the three pods of one, whose agents it numbers itself.
    Launch(
      "SLURM_PROCID=1 SLURM_NTASKS=2 RANK=1 WORLD_SIZE=8 GROUP_RANK=0 GROUP_WORLD_SIZE=2",
      "torchrun (RANK=1, WORLD_SIZE=8)", "1/8"),
    Launch(
      "JOB_COMPLETION_INDEX=2 CIFAR_PIPE_WORLD=3 RANK=0 WORLD_SIZE=3 GROUP_RANK=0 GROUP_WORLD_SIZE=3",
      "torchrun (RANK=0, WORLD_SIZE=3)", "0/3"),
    // Kubernetes tells no number of processes, and another launcher does.
    Launch("JOB_COMPLETION_INDEX=3 RANK=5 WORLD_SIZE=8", "torchrun (RANK=5, WORLD_SIZE=8)", "5/8"),
    // What Ray Train sets for its workers of torch.
    Launch(
      "RANK=1 WORLD_SIZE=2 LOCAL_RANK=0 LOCAL_WORLD_SIZE=1 NODE_RANK=1 MASTER_ADDR=x MASTER_PORT=1",
      "torchrun (RANK=1, WORLD_SIZE=2)", "1/2"),
    Launch("RANK=0 WORLD_SIZE=1", nil, "0/1"),
    // A job of several tasks, outside of all of them; an indexed job that names no number of processes.
    Launch("SLURM_NTASKS=4", nil, "0/1"),
    Launch("RANK= WORLD_SIZE=", nil, "0/1"),
  ]

  @Test("auto finds the place that a launcher tells, and says so once", arguments: launches)
  func launcher(_ launch: Launch) {
    let asked = launch.note == nil ? ["--shard", "auto"] : []
    let found = Self.run(["--format", "raw"] + asked, launch.environment)
    let expected = Self.run(["--format", "raw", "--shard", launch.shard])

    let isIdentical = found.output == expected.output
    #expect(isIdentical)
    #expect(expected.errorText == "")
    #expect(
      found.errorText == (launch.note.map { "cifar-pipe: shard \(launch.shard), from \($0)\n" } ?? ""))
  }

  @Test(
    "a shard that is named, or refused, stands above what a launcher tells, and --quiet hides that",
    arguments: ["1/2", "none"])
  func named(shard: String) {
    let contradicting = ["RANK=2", "WORLD_SIZE=4", "PMI_RANK=0", "PMI_SIZE=7"]

    let found = Self.run(["--format", "raw", "--shard", shard], contradicting)
    let quiet = Self.run(["--quiet"], ["RANK=1", "WORLD_SIZE=2"])

    #expect(found.errorText == "" && quiet.errorText == "")
    let isIdentical = found.output == Self.run(["--format", "raw", "--shard", shard]).output
    #expect(isIdentical)
  }

  @Test(
    "values that contradict each other, or are no place, are refused with their names",
    arguments: [
      "RANK=1 WORLD_SIZE=4 SLURM_PROCID=2 SLURM_NTASKS=4",
      "RANK=1 WORLD_SIZE=4 SLURM_PROCID=2 SLURM_NTASKS=4 GROUP_WORLD_SIZE=2",
      "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 PMI_RANK=1 PMI_SIZE=3",
      "RANK=4 WORLD_SIZE=4", "RANK=-1 WORLD_SIZE=4", "RANK=x WORLD_SIZE=4", "RANK=0 WORLD_SIZE=0",
      "RANK=0 WORLD_SIZE=99999999999999999999", "RANK=1", "WORLD_SIZE=4", "PMI_RANK=0", "SLURM_PROCID=0",
      "JOB_COMPLETION_INDEX=1",
    ])
  func contradiction(environment: String) {
    let variables = environment.split(separator: " ").map(String.init)

    let result = Self.run(["--format", "raw"], variables)

    #expect(result.status == .exited(64))
    #expect(result.output == [])
    for variable in variables where !variable.hasPrefix("GROUP_") {
      #expect(result.errorText.contains(variable.split(separator: "=")[0]), "\(result.errorText)")
    }
  }

  @Test("several processes need a seed, told before any data are opened")
  func seed() {
    let message = "needs '--seed': all processes must draw the same order\n"
    let named = Self.run(["--shard", "0/2", "--data", "nowhere"], seed: false)
    let found = Self.run(["--data", "nowhere"], ["RANK=0", "WORLD_SIZE=2"], seed: false)

    for result in [named, found] {
      #expect(result.status == .exited(64))
      #expect(result.errorText.hasSuffix(message), "\(result.errorText)")
    }
    #expect(Self.run(["--shard", "0/1", "--batches", "1"], seed: false).status == .exited(0))
    #expect(Self.run(["--batches", "1"], ["RANK=0", "WORLD_SIZE=1"], seed: false).status == .exited(0))
  }

  @Test("a run in which nothing is random needs no seed, and its processes have one order")
  func nothingRandom() throws {
    func run(_ options: [String]) -> CommandResult {
      let words = ["batch", "--data", SampleData.directory.string, "--batch-size", "64", "--epochs", "1"]
      return Tool.command(words + ["--no-shuffle", "--format", "jsonl"] + options).runChecked()
    }
    let whole = run([]).outputText.split(separator: "\n")

    let shares = (0..<2).map { run(["--shard", "\($0)/2", "--transform", "crop:24,standardize"]) }

    #expect(shares.allSatisfy { $0.status == .exited(0) && $0.errorText == "" })
    let lines = shares.map { $0.outputText.split(separator: "\n") }
    #expect(whole.count == 16 && whole.indices.allSatisfy { lines[$0 % 2][$0 / 2] == whole[$0] })
    #expect(run(["--shard", "0/2", "--transform", "flip"]).status == .exited(64))
  }

  @Test("auto delivers all of the test set to each process, and says so once; a named shard shares it out")
  func testSet() throws {
    let launched = ["RANK=1", "WORLD_SIZE=4"]
    let options = ["--split", "test", "--format", "raw"]
    let whole = Self.run(options)

    for asked in [[], ["--shard", "auto"]] {
      let found = Self.run(options + asked, launched)
      let isWhole = found.output == whole.output
      #expect(isWhole)
      #expect(
        found.errorText
          == "cifar-pipe: all batches of '--split test', in spite of torchrun (RANK=1, WORLD_SIZE=4); '--shard 1/4' "
          + "delivers a share\n")
    }
    #expect(Self.run(options, launched, seed: false).status == .exited(0))
    let share = Self.run(options + ["--shard", "1/4"], launched)
    #expect(share.status == .exited(0) && share.errorText == "")
    #expect(share.output.count == 2 * 64 * (8 * 8 * 3 + 4))
  }

  @Test(
    "what is no shard is refused", arguments: ["2/2", "-1/2", "1", "1/", "/2", "1/2/3", "0/0", "a/b", "1:2"])
  func malformed(shard: String) {
    let result = Self.run(["--shard=\(shard)"])

    #expect(result.status == .exited(64))
    #expect(result.output == [])
  }

  @Test("fewer batches than processes: equal shares would be empty, kept ones may be")
  func tooFew() {
    let few = ["--batches", "2", "--shard", "3/4", "--format", "jsonl"]

    #expect(Self.run(few).status == .exited(64))
    #expect(Self.run(few + ["--uneven", "keep"]).output == [])
    #expect(Self.run(few + ["--uneven", "pad"]).outputText.split(separator: "\n").count == 1)
  }

  @Test("show and bench take their share as batch does")
  func otherCommands() throws {
    let scratch = ScratchDirectory("shard")
    for (name, share) in [("own.png", ["--shard", "1/3"]), ("first.png", [])] {
      let result = Tool.command(
        ["show", "--data", SampleData.directory.string, "--seed", "5", "--output", name] + share,
        in: scratch.path
      ).runChecked()
      #expect(result.status == .exited(0), "\(result.errorText)")
    }
    let differs =
      FileBytes.read(scratch.path.appending("own.png")) != FileBytes.read(scratch.path.appending("first.png"))
    #expect(differs)

    let bench = Tool.command([
      "bench", "--data", SampleData.directory.string, "--seed", "5", "--shard", "1/3", "--uneven", "keep",
      "--batch-size", "100", "--runs", "1", "--warmup", "0", "--json",
    ]).runChecked()
    let result = try #require(JSONValue(parsing: bench.outputText)["results"]?.elements?.first)
    #expect(result["images"]?.integer == 300)
  }
}
