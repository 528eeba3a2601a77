import PipeTestSupport
import Testing

/// Memory is asked for before it is used.
@Suite("Memory that there is not", .timeLimit(.minutes(5)))
struct MemoryTests {
  @Test("what no machine has is refused before it is taken, with the numbers, also by a plan (N15)")
  func beyondLimit() {
    let huge = ["batch", "--synthetic", "--batch-size", "1048576"]
    for more in [["--transform", "pad:1024"], ["--transform", "pad:1024", "--dry-run"]] {
      let result = Tool.command(huge + more).runChecked()

      #expect(result.status == .exited(64))
      #expect(
        result.errorText.contains(
          "memory: the run would take more than its limit (expected at most 1048576 MiB"))
      #expect(result.duration < .seconds(5))
    }
  }

  @Test("the limit of the process is one that a run is compared with (N15)")
  func beyondReach() {
    for command in ["batch", "bench --runs 1", "show --output sheet.png"] {
      let scratch = ScratchDirectory("reach")
      let result = Tool.shell(
        "ulimit -v 700000; exec cifar-pipe \(command) --synthetic --batch-size 100000 "
          + "--transform none --dtype float32", in: scratch.path
      ).runChecked()

      #expect(result.status == .exited(75))
      #expect(FileBytes.names(in: scratch.path) == [])
      #expect(result.errorText.contains("within the limits of this process"), "\(result.errorText)")
      #expect(result.errorText.contains("the run would take more than there is"))
    }
  }

  @Test("a limit holds for all parts, and records that do not fit in with them are read in each epoch")
  func limit() throws {
    func plan(_ mebibytes: Int) -> CommandResult {
      Tool.run(
        "batch", "--synthetic", "--dry-run", "--threads", "2", "--min-after-dequeue", "1000", "--capacity",
        "2000",
        "--memory-limit", "\(mebibytes)")
    }
    #expect(plan(300).outputText.contains("stay in memory, 153650000 bytes"))
    let streamed = plan(100)
    #expect(streamed.outputText.contains("streamed"))
    let total = try #require(streamed.outputText.firstMatch(of: /memory +at most (\d+) MiB/)?.1)
    #expect(plan(Int(total)!).status == .exited(0))
    let refused = plan(Int(total)! - 1)
    #expect(refused.status == .exited(64))
    #expect(
      refused.errorText.contains("(expected at most \(Int(total)! - 1) MiB, found \(total) MiB: records"))
  }

  @Test("a run takes no more than its plan says", arguments: [[], ["--memory-limit", "0"]])
  func plan(more: [String]) throws {
    let words = [
      "batch", "--data", SampleData.directory.string, "--batch-size", "500", "--threads", "3", "--epochs",
      "3",
    ]
    let plan = Tool.command(words + more + ["--dry-run"]).runChecked().outputText
    let run = Tool.command(words + more).start()
    let memory = ProgramMemory(of: run.process)
    #expect(run.finishChecked().status == .exited(0))

    let most = try #require(plan.firstMatch(of: /memory +at most (\d+) MiB/).flatMap { Int($0.1) })
    let found = memory.byteCount
    #expect(found <= most << 20)
  }

  @Test(
    "little address space is no crash: every command ends well, or says that it has too little (N14d)",
    arguments: [
      "synth --records-per-file 20 --quiet --output set", "verify '\(SampleData.directory)'",
      "batch --data '\(SampleData.directory)' --batches 3 --threads 2",
      "show --data '\(SampleData.directory)' --batch-size 100 --output sheet.png",
    ])
  func addressSpace(command: String) {
    var codes: Set<Int32> = []
    // A debug build takes about 40 MiB before its first line.
    for mebibytes in [60, 110, 400] {
      let scratch = ScratchDirectory("space")
      let result = Tool.shell("ulimit -v \(mebibytes << 10); exec cifar-pipe \(command)", in: scratch.path)
        .runChecked()
      guard case .exited(let code) = result.status else {
        Issue.record("\(mebibytes) MiB: \(result.status) \(result.errorText)")
        continue
      }
      codes.insert(code)
      if code == 75 {
        #expect(result.errorText.contains("memory: "))
        #expect(FileBytes.names(in: scratch.path) == [])
      }
    }
    #expect(codes == [0, 75])
  }
}
