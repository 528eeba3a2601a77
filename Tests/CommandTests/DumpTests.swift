import Platform
import PipeTestSupport
import SystemPackage
import Testing
import Threads

@testable import CIFARPipeCommands
@testable import InputPipeline

@Suite("Asking a run what it does", .timeLimit(.minutes(5)))
struct DumpTests {
  private static let endless = [
    "batch", "--data", SampleData.directory.string, "--threads", "2", "--epochs", "1000000", "--format",
    "raw",
  ]

  /// The last line of a dump.
  private static let cause = " the rest up now"

  @Test("a run whose reader reads nothing tells every thread and queue, and goes on undisturbed")
  func stuckReader() throws {
    let words = [
      "batch", "--data", SampleData.directory.string, "--threads", "2", "--epochs", "4", "--seed", "1",
      "--format",
      "raw",
    ]
    let expected = Tool.command(words).runChecked()
    let run = Tool.command(words).start()
    run.readOutput(1)

    #expect(run.becomesStuck())
    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    let isSame = result.output == expected.output
    #expect(isSame)
    // The last of the dumps: by then it was stuck.
    let all = result.errorText.split(separator: "\n").map { $0.dropFirst("cifar-pipe: ".count) }
    let lines = Array(all.suffix(9))
    let names = lines.map { $0.prefix { $0 != ":" && $0 != "(" } }
    #expect(
      names.dropFirst().prefix(6) == ["consumer", "worker 2 ", "worker 1 ", "batcher ", "reader ", "parts "])
    #expect(lines[0].hasPrefix("last batch: "))
    #expect(lines[1].hasPrefix("consumer: writing for "))
    #expect(lines.contains { $0.hasPrefix("queues: parts 0 of 32, shuffle ") })
    #expect(lines.last == "the consumer holds the rest up now: it is writing")
  }

  @Test("so do show and bench; a command without a pipeline says so", arguments: ["bench", "show", "synth"])
  func others(command: String) {
    let scratch = ScratchDirectory("dump")
    let data = ["--data", SampleData.directory.string]
    let words =
      switch command {
      case "bench": ["bench", "--runs", "1", "--warmup", "0", "--epochs", "1000000"] + data
      // A batch of many epochs: it takes longer than the signal to come.
      case "show":
        [
          "show", "--output", "x.png", "--batch-size", "1048576", "--transform", "crop:1",
          "--epoch-boundary", "blend", "--threads", "1", "--epochs", "2000",
        ] + data
      default: ["synth", "--output", "set", "--records-per-file", "1000000"]
      }
    let run = Tool.command(words, in: scratch.path).start()
    let wanted = command == "synth" ? "no pipeline is running" : Self.cause

    // Before its first line a program cannot know the signal.
    #expect(
      becomesTrue {
        FileBytes.text(FilePath("/proc/\(run.process)/task/\(run.process)/comm")) == "cifar-pipe\n"
      })
    var isTold = false
    for _ in 0..<100 where !isTold {
      usleep(50_000)
      run.send(SIGUSR1)
      isTold = run.readError(until: wanted, limit: .milliseconds(500))
    }

    #expect(isTold)
    run.send(SIGINT)
    let result = run.finishChecked()
    #expect(result.status == .signalled(SIGINT))
  }

  @Test("a question that was ignored when the run began stays ignored")
  func ignored() {
    let run = Tool.shell("trap '' USR1; exec cifar-pipe \(Self.endless.joined(separator: " "))").start()
    run.readOutput(1 << 20)

    run.send(SIGUSR1)
    #expect(!run.readError(until: Self.cause, limit: .milliseconds(300), readsOutput: false))
    run.send(SIGTERM)

    let result = run.finish(readsOutput: false)
    #expect(result.status == .signalled(SIGTERM))
    #expect(result.errorText.isEmpty)
  }

  @Test("the dump of a moment says all in plain words")
  func text() throws {
    let schedule = try BatchSchedule(recordCount: 50_000, batchSize: 128, epochs: 3)
    func queue(_ name: String, _ size: Int, _ capacity: Int) -> QueueStatistics {
      var queue = FIFOQueue<Int>(name: name, capacity: 1).statistics
      (queue.size, queue.capacity) = (size, capacity)
      return queue
    }
    func thread(_ stage: PipelineSnapshot.Stage, _ name: String, _ phase: ThreadActivity.Phase)
      -> PipelineSnapshot.Thread
    {
      .init(stage: stage, activity: .init(name: name, phase: phase, duration: .milliseconds(1250)))
    }
    let moment = PipelineSnapshot(
      threads: [
        thread(.parts, "parts-0", .ended),
        thread(.reader, "shuffle-0", .working),
        thread(.batcher, "plans-0", .waiting(.init(queue: "shuffle", side: .element))),
        thread(.workers, "ready-0", .waiting(.init(queue: "plans", side: .element))),
        thread(.workers, "ready-1", .waiting(.init(queue: "ready", side: .room))),
        thread(.consumer, "consumer", .waiting(.init(queue: "ready", side: .element))),
      ],
      queues: PipelineStatistics(
        parts: queue("parts", 0, 32), records: queue("shuffle", 10_127, 14_096), isShuffled: true,
        plans: queue("plans", 0, 64), ready: queue("ready", 0, 4), freeSlots: queue("free-slots", 7, .max)),
      lastBatch: schedule.entry(391), sinceLastBatch: .seconds(2))

    #expect(
      PipelineDump(moment, schedule, verb: "writing").text == """
        cifar-pipe: last batch: 391 of 1173, in epoch 1, 2.00 s ago
        cifar-pipe: consumer: waits for something from 'ready' for 1.25 s
        cifar-pipe: worker 2 (ready-1): waits for room in 'ready' for 1.25 s
        cifar-pipe: worker 1 (ready-0): waits for something from 'plans' for 1.25 s
        cifar-pipe: batcher (plans-0): waits for something from 'shuffle' for 1.25 s
        cifar-pipe: reader (shuffle-0): at work
        cifar-pipe: parts (parts-0): at its end
        cifar-pipe: queues: parts 0 of 32, shuffle 10,127 of 14,096, plans 0 of 64, ready 0 of 4, free-slots 7
        cifar-pipe: the workers hold the rest up now: 0 of 2 at work

        """)
  }
}

extension CommandRun {
  /// Asks a run again and again until it has waited a while for a reader who reads nothing.
  ///
  /// - Returns: Whether it came to that.
  func becomesStuck() -> Bool {
    (0..<200).contains { _ in
      send(SIGUSR1)
      return readError(limit: .milliseconds(100), readsOutput: false) {
        $0.contains(/worker 1 \(ready-0\): waits for room in 'ready' for (\d{3}\.\d\d ms|\d+\.\d\d s)/)
          && $0.hasSuffix("it is writing\n")
      }
    }
  }
}
