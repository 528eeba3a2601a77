import Testing

@testable import CIFARPipeCommands

/// Runs in plain numbers, as a slow stage leaves them: the verdict names it.
@Suite("The verdict of bench")
struct VerdictTests {
  /// What was measured, and what is to blame.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let limit: Verdict.Stage.Name
    let words: String
    var evidence = Verdict.Evidence()

    /// A run of ten seconds, the first of them without a batch; all stages work to its end and wait for nothing.
    init(
      _ name: String, _ limit: Verdict.Stage.Name, _ words: String, workers: Int = 1,
      _ change: (inout Verdict.Evidence) -> Void
    ) {
      (testDescription, self.limit, self.words) = (name, limit, words)
      let whole = Duration.seconds(10)
      (evidence.elapsed, evidence.filling, evidence.processorTime) = (whole, .seconds(1), whole)
      evidence.reader.end = whole
      evidence.batcher.end = whole
      evidence.workers.end = whole
      evidence.workers.threads = workers
      evidence.consumer.end = whole
      change(&evidence)
    }
  }

  static let cases = [
    Case("slow storage", .reader, "or a --memory-limit above the size of the data set") {
      $0.isStreamed = true
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(9.5), .seconds(9.9)
      )
    },
    Case("slow storage, three workers", .reader, "(busy 100 % of the time): faster storage helps", workers: 3)
    {
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(28.5), .seconds(9.9)
      )
    },
    Case("slow storage and a trainer that it does not feed", .reader, "faster storage helps") {
      $0.isPaced = true
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(9.5), .seconds(7)
      )
    },
    Case("a batcher that draws one by one", .batcher, "a greater --batch-size helps") {
      ($0.reader.held, $0.batcher.starved) = (.seconds(7), .seconds(1.5))
      ($0.workers.starved, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case("one worker with much to do", .workers, "the only worker limits (busy 90 % of the time)") {
      ($0.reader.held, $0.batcher.held) = (.seconds(9), .seconds(9))
      ($0.workers.starved, $0.consumer.starved) = (.seconds(1), .seconds(9.5))
    },
    Case("three workers with much to do", .workers, "the 3 workers limit (busy 90 % of the time)", workers: 3)
    {
      ($0.processorTime, $0.workers.starved) = (.seconds(28), .seconds(3))
      $0.consumer.starved = .seconds(9.5)
    },
    Case("workers that wait for processors", .workers, "and the process got only 0.5 of 4", workers: 4) {
      ($0.processorTime, $0.workers.starved) = (.seconds(5), .seconds(4))
      $0.consumer.starved = .seconds(9.5)
    },
    Case("a trainer slower than one worker", .consumer, "the trainer limits (busy 90 % of the time)") {
      $0.isPaced = true
      ($0.workers.held, $0.consumer.starved) = (.seconds(8), .seconds(1))
    },
    Case("a trainer a little faster than one worker", .workers, "the only worker limits") {
      $0.isPaced = true
      ($0.workers.starved, $0.consumer.starved) = (.seconds(1.2), .seconds(5))
    },
    Case("a consumer that only takes", .consumer, "the consumer limits (busy 80 % of the time)") {
      // One second of these is the wait for the first batch, and a fifth of the rest is not enough for blame.
      ($0.workers.held, $0.consumer.starved) = (.seconds(7), .seconds(2))
    },
  ]

  @Test("names the stage that was slow", arguments: cases)
  func limit(_ one: Case) {
    let verdict = Verdict(one.evidence, processors: 4)

    #expect(verdict.limit == one.limit, "\(verdict)")
    #expect(verdict.text.contains(one.words), "\(verdict.text)")
    #expect(verdict.stages.map(\.name) == [.reader, .batcher, .workers, .consumer])
    #expect(verdict.stages.allSatisfy { (0...1).contains($0.busy) && (0...1).contains($0.starved) })
  }

  @Test("a stage that has ended is not busy any more")
  func ended() throws {
    let one = Case("a permuted epoch that has been read long ago", .workers, "", workers: 4) {
      ($0.reader.end, $0.batcher.end, $0.batcher.starved) = (.seconds(1), .seconds(2), .seconds(1))
      ($0.workers.starved, $0.consumer.starved) = (.seconds(4), .seconds(9.5))
    }

    let verdict = Verdict(one.evidence, processors: 4)

    #expect(verdict.stages.map(\.busy) == [0.1, 0.1, 0.9, 0.05])
    #expect(abs(try #require(verdict.feedableWorkers) - 36) < 1e-9)
  }

  @Test("the advice for workers depends on the processors that are there and that it got")
  func advice() {
    func text(_ threads: Int, used: Double, processors: Int) -> String {
      let one = Case("workers", .workers, "", workers: threads) {
        $0.processorTime = .seconds(10 * used)
        ($0.workers.starved, $0.consumer.starved) = (.seconds(0.2 * Double(threads)), .seconds(9.5))
      }
      return Verdict(one.evidence, processors: processors).text
    }

    #expect(
      text(1, used: 1.1, processors: 8)
        == "the only worker limits (busy 98 % of the time): more --threads help, up to the 8 processors, or a "
        + "simpler --transform")
    #expect(
      text(2, used: 0.9, processors: 1)
        == "the 2 workers limit (busy 98 % of the time) on 1 processor: more processors or a simpler "
        + "--transform help")
    #expect(text(4, used: 1.2, processors: 4).contains("and the process got only 1.2 of 4 processors: other"))
  }

  @Test("a run without a batch has figures all the same")
  func nothing() {
    let verdict = Verdict(Verdict.Evidence())

    #expect(verdict.stages.allSatisfy { $0.busy == 0 && $0.starved == 0 })
    #expect(verdict.feedableWorkers == nil)
  }
}

@Suite("The simulated trainer", .timeLimit(.minutes(5)))
struct TrainerTests {
  @Test("keeps its pace although the system wakes it late")
  func pace() {
    var trainer = Trainer(stepTime: .microseconds(20))
    let start = ContinuousClock.now

    for _ in 0..<10_000 { trainer.step(after: .zero) }

    let elapsed = start.duration(to: .now)
    #expect(elapsed >= .milliseconds(199))
    // A sleep of 20 µs takes 70 µs and more: one for each step would take 700 ms.
    #expect(elapsed < .milliseconds(450))
    #expect(trainer.utilisation == 100)
  }

  @Test("counts waits, that for the first batch apart")
  func utilisation() throws {
    var trainer = Trainer(stepTime: .microseconds(100))
    #expect(trainer.utilisation == nil)

    trainer.step(after: .seconds(5))
    trainer.step(after: .microseconds(100))
    trainer.step(after: .microseconds(200))

    #expect(trainer.steps == 3 && trainer.starved == .microseconds(300))
    #expect(abs(try #require(trainer.utilisation) - 50) < 0.001)
  }
}
