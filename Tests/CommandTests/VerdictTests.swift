import Testing

@testable import CIFARPipeCommands

/// Runs in plain numbers, as a slow stage leaves them: the verdict names it.
@Suite("The verdict of bench")
struct VerdictTests {
  /// What was measured, and what is to blame.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let limit: Verdict.Limit
    let words: String
    var evidence = VerdictEvidence()

    /// A run of ten seconds, the first of them without a batch; all stages work to its end and wait for nothing.
    init(
      _ name: String, _ limit: Verdict.Limit, _ words: String, workers: Int = 1,
      _ change: (inout VerdictEvidence) -> Void
    ) {
      (testDescription, self.limit, self.words) = (name, limit, words)
      let whole = Duration.seconds(10)
      (evidence.elapsed, evidence.filling, evidence.processorTime) = (whole, .seconds(1), whole)
      evidence.reader.end = whole
      evidence.batcher.end = whole
      evidence.workers.end = whole
      evidence.workers.threads = workers
      evidence.consumer.end = whole
      (evidence.batches, evidence.epochs) = (1000, 10)
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
      $0.utilisation = 33
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(9.5), .seconds(7)
      )
    },
    Case(
      "a trainer almost as slow as the storage", .reader, "the trainer is busy for only 82.0 % of the time"
    ) {
      $0.utilisation = 82
      // Starved for less than a fifth of the time.
      ($0.reader.held, $0.batcher.starved) = (.seconds(0.5), .seconds(9))
      ($0.workers.starved, $0.consumer.starved) = (.seconds(9), .seconds(2.5))
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
    Case("workers that wait for processors", .processors, "and the process got only 0.5 of 4", workers: 4) {
      ($0.processorTime, $0.workers.starved) = (.seconds(5), .seconds(4))
      $0.consumer.starved = .seconds(9.5)
    },
    Case("a trainer slower than one worker", .consumer, "the trainer limits (busy 99.0 % of the time)") {
      $0.utilisation = 99
      ($0.workers.held, $0.consumer.starved) = (.seconds(8), .seconds(1))
    },
    Case(
      "a trainer that is fed well enough for some, but not for who asks for more", .workers, "worker limits"
    ) {
      ($0.utilisation, $0.leastUtilisation) = (97, 98)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(1.3))
    },
    Case(
      "a trainer before batches that lie ready, whose own wake-ups are late", .consumer,
      "batches lie ready, and what it lacks to 99.99 % are its own wake-ups"
    ) {
      ($0.utilisation, $0.leastUtilisation, $0.processorTime) = (99.9, 99.99, .seconds(0.3))
      ($0.batcher.held, $0.workers.held, $0.consumer.starved) = (.seconds(9), .seconds(9.6), .seconds(1.01))
    },
    Case(
      "a run of nothing but its start", .unclear, "too short to tell what limits it (4.00 ms): more --epochs"
    ) {
      ($0.elapsed, $0.filling) = (.milliseconds(4), .milliseconds(2))
    },
    Case("a single batch", .unclear, "too short to tell") { ($0.batches, $0.filling) = (1, .zero) },
    Case("records that are generated in each epoch", .reader, "are generated in each epoch; a --memory-limit")
    {
      ($0.isStreamed, $0.isGenerated) = (true, true)
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(9.5), .seconds(9.9)
      )
    },
    Case(
      "a few batches, whose handing over cannot be told from the start of the threads", .workers,
      "worker limits"
    ) {
      ($0.batcher.held, $0.workers.held, $0.consumer.starved) = (.seconds(9), .seconds(1), .seconds(7))
      ($0.transformTime, $0.batches) = (.seconds(1), 20)
    },
    Case("a trainer that is fed well enough for who asks for less", .consumer, "needs no change") {
      ($0.utilisation, $0.leastUtilisation) = (91, 90)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(1.9))
    },
    Case("a trainer a little faster than one worker", .workers, "the only worker limits") {
      $0.utilisation = 55
      ($0.workers.starved, $0.consumer.starved) = (.seconds(1.2), .seconds(5))
    },
    Case("a consumer that only takes", .consumer, "the consumer limits (busy 80 % of the time)") {
      // One second of these is the wait for the first batch, and a fifth of the rest is not enough for blame.
      ($0.workers.held, $0.consumer.starved) = (.seconds(7), .seconds(2))
    },
    Case(
      "batches of one", .wakeUps, "each batch takes 9.00 ms of processor time: a greater --batch-size helps"
    ) {
      ($0.batcher.held, $0.workers.held, $0.consumer.starved) = (.seconds(9), .seconds(6), .seconds(7))
      $0.transformTime = .seconds(1)
    },
    Case("batches of one, which the consumer takes no faster than they come", .wakeUps, "handing over limits")
    {
      ($0.batcher.held, $0.workers.held, $0.consumer.starved) = (.seconds(9), .seconds(8), .seconds(2))
      $0.transformTime = .seconds(1)
    },
    Case("a slow trainer with batches of one", .consumer, "the trainer limits") {
      ($0.transformTime, $0.utilisation) = (.seconds(1), 100)
      $0.workers.held = .seconds(9)
    },
    Case("slow storage, which takes no processor time", .reader, "faster storage helps") {
      ($0.processorTime, $0.transformTime) = (.seconds(0.5), .seconds(0.1))
      ($0.batcher.starved, $0.workers.starved, $0.consumer.starved) = (
        .seconds(9.8), .seconds(9.5), .seconds(9.9)
      )
    },
    Case(
      "a shuffle queue with room for one batch", .queue,
      "the reader waits for room 15 % and the batcher for records 50 % of the time: a greater --capacity helps"
    ) {
      ($0.reader.held, $0.batcher.starved) = (.seconds(1.5), .seconds(5.5))
      ($0.workers.starved, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case(
      "workers beside other programs", .processors, "only 0.5 of 4 processors: other programs took 3.4",
      workers: 4
    ) {
      ($0.processorTime, $0.othersUsed) = (.seconds(5), 3.4)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case(
      "workers of a limited container", .processors, "only 0.5 of 4 processors: its container is", workers: 4
    ) {
      ($0.processorTime, $0.othersUsed) = (.seconds(5), 0.1)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case(
      "more workers than processors", .workers,
      "on 4 processors: more processors or a simpler --transform help; --threads 4 would do at least as much",
      workers: 16
    ) {
      $0.processorTime = .seconds(39)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case(
      "more workers than processors, which waste most of the time", .workers, "--threads 4 would do",
      workers: 16
    ) {
      ($0.processorTime, $0.transformTime) = (.seconds(39), .seconds(10))
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case("a slow disk behind records that stay", .load, "took 30.00 s (5.0 MB/s), an epoch then takes 1.00 s")
    {
      $0.load = .init(time: .seconds(30), byteCount: 150_000_000)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case("an archive that is unpacked in each run", .load, "'cifar-pipe extract' unpacks the archive once") {
      $0.load = .init(time: .seconds(30), byteCount: 150_000_000, isUnpacking: true)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
    Case("a slow disk that is read while a trainer does one epoch", .consumer, "the trainer limits") {
      ($0.load, $0.utilisation) = (.init(time: .seconds(30), byteCount: 150_000_000), 100)
      $0.epochs = 1
    },
    Case("a load that nobody notices", .workers, "the only worker limits") {
      ($0.load, $0.epochs) = (.init(time: .milliseconds(60), byteCount: 150_000_000), 1000)
      ($0.batcher.held, $0.consumer.starved) = (.seconds(9), .seconds(9.5))
    },
  ]

  @Test("names the stage that was slow", arguments: cases)
  func limit(_ one: Case) {
    let verdict = Verdict(one.evidence, processors: 4)

    #expect(verdict.limit == one.limit, "\(verdict)")
    #expect(verdict.text.contains(one.words), "\(verdict.text)")
    #expect(verdict.stages.map(\.name) == [.reader, .batcher, .workers, .consumer])
    #expect(
      verdict.stages.allSatisfy {
        [$0.busy, $0.starved, $0.held].allSatisfy((0...1).contains)
      })
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
        + "--transform help; --threads 1 would do at least as much")
    #expect(text(4, used: 1.2, processors: 4).contains("and the process got only 1.2 of 4 processors: other"))
  }

  @Test("a run without a batch has figures all the same")
  func nothing() {
    let verdict = Verdict(VerdictEvidence())

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

    // Each sleep ends 50 µs late, which the next steps make up for.
    #expect(trainer.begin(after: .seconds(3), at: start) == start + .microseconds(20))
    #expect(trainer.begin(after: .zero, at: start + .microseconds(70)) == start + .microseconds(40))
    #expect(trainer.begin(after: .zero, at: start + .microseconds(71)) == start + .microseconds(60))
    #expect(trainer.utilisation == 100)
    // A wait moves all that follows.
    #expect(
      trainer.begin(after: .microseconds(30), at: start + .microseconds(101)) == start + .microseconds(110))
    #expect(trainer.starved == .microseconds(30))
  }

  @Test("is busy for at least as long as its steps take")
  func busy() {
    var trainer = Trainer(stepTime: .microseconds(200))
    let start = ContinuousClock.now

    for _ in 0..<100 { trainer.step(after: .zero) }

    #expect(start.duration(to: .now) >= .milliseconds(20) && trainer.steps == 100)
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
