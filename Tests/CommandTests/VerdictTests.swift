import Glibc
import InputPipeline
import Testing

@testable import CIFARPipeCommands

/// Pipelines in which one stage is made slow: the verdict names it.
@Suite("The verdict of bench", .timeLimit(.minutes(5)))
struct VerdictTests {
  /// Records without content, from storage that takes its time.
  private struct SlowSource: RecordSource {
    let recordCount: Int
    let delay: UInt32
    func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
      if delay > 0 { usleep(delay) }
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
    }
  }

  /// A transform that keeps its thread busy, or only waiting, for a time for each batch.
  private struct SlowTransform: BatchTransform {
    let recordLength = 16
    let exampleLength = 16
    let labelsPerExample = 1
    let work: Duration
    let sleeps: Bool

    func transform(
      _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
      into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
    ) {
      let end = ContinuousClock.now + work
      if sleeps { usleep(UInt32(work.inSeconds * 1e6)) }
      while .now < end {}
    }
  }

  /// What is slow, and what is to blame.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let limit: String
    var storage: UInt32 = 0
    var work = Duration.zero
    var sleeps = false
    var threads = 1
    var step: Duration?
    var order = RecordPipelineOptions.Order.shuffled(minAfterDequeue: 1000, capacity: 1512)
    var memoryLimit = 0
    var batchSize = 32
    var words = ""

    init(_ name: String, _ limit: String, _ change: (inout Case) -> Void) {
      (testDescription, self.limit) = (name, limit)
      change(&self)
    }
  }

  private static func run(_ one: Case) throws -> BenchRun {
    let parts = (0..<8).map { part in
      RecordCollection.Part(name: "part \(part)", source: SlowSource(recordCount: 512, delay: one.storage))
    }
    var options = RecordPipelineOptions()
    options.batchSize = one.batchSize
    options.threads = one.threads
    options.order = one.order
    options.epochs = 1
    options.memoryLimit = one.memoryLimit
    let pipeline = try RecordPipeline(
      RecordCollection(recordLength: 16, parts: parts),
      transform: SlowTransform(work: one.work, sleeps: one.sleeps), options: options)
    return try BenchRun.measure(pipeline, stepTime: one.step)
  }

  static let cases = [
    Case("slow storage", "reader") {
      ($0.storage, $0.words) = (10_000, "or a --memory-limit above the size of the data set")
    },
    Case("slow storage without shuffling, three workers", "reader") {
      ($0.storage, $0.threads, $0.order, $0.memoryLimit) = (10_000, 3, .asStored, 1 << 30)
      $0.words = "faster storage helps"
    },
    Case("slow storage and a trainer that it does not feed", "reader") {
      ($0.storage, $0.step, $0.order) = (20_000, .microseconds(200), .asStored)
    },
    Case("one worker with much to do", "workers") {
      ($0.work, $0.words) = (.milliseconds(1), "the only worker limits")
    },
    Case("three workers with much to do", "workers") {
      ($0.work, $0.threads, $0.words) = (.milliseconds(2), 3, "the 3 workers limit")
    },
    Case("workers that wait, while a permuted epoch has been read long ago", "workers") {
      ($0.work, $0.sleeps, $0.threads) = (.milliseconds(2), true, 4)
      $0.order = .shuffled(minAfterDequeue: 4096, capacity: 4128)
      $0.words = "the process got only"
    },
    Case("a trainer slower than one worker", "consumer") {
      ($0.work, $0.step, $0.words) = (.microseconds(100), .milliseconds(4), "the trainer limits")
    },
    Case("a trainer a little faster than one worker", "workers") {
      ($0.work, $0.step) = (.milliseconds(3), .milliseconds(1))
    },
    Case("a trainer slower than slow storage", "consumer") {
      ($0.storage, $0.step) = (500, .milliseconds(3))
    },
  ]

  @Test("names the stage that was made slow", arguments: cases)
  func limit(_ one: Case) throws {
    let run = try Self.run(one)

    let verdict = Verdict(run, threads: one.threads)

    #expect(verdict.limit == one.limit, "\(verdict)")
    #expect(verdict.text.contains(one.words), "\(verdict.text)")
    #expect(verdict.stages.allSatisfy { (0...1).contains($0.busy) && (0...1).contains($0.starved) })
  }

  @Test("a stage that has ended is not busy any more")
  func ended() throws {
    let run = try Self.run(Self.cases[5])

    let verdict = Verdict(run, threads: 4)

    // All records are in the queue after a moment; the workers take the rest of the time.
    #expect(verdict.stages[0].busy < 0.3, "\(verdict)")
    #expect(verdict.stages[1].busy < 0.3, "\(verdict)")
    #expect(verdict.stages[2].busy > 0.7, "\(verdict)")
    #expect(try #require(verdict.feedableWorkers) > 8)
  }

  @Test("the advice for workers depends on the processors that are there and that it got")
  func advice() {
    func text(_ threads: Int, used: Double, processors: Int) -> String {
      let stage = Verdict.Stage(name: "workers", threads: threads, busy: 0.98, starved: 0)
      return Verdict.workers(stage, used: used, processors: processors)
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
  func nothing() throws {
    let verdict = Verdict(BenchRun(), threads: 2)

    #expect(verdict.stages.allSatisfy { $0.busy == 0 && $0.starved == 0 })
    #expect(verdict.feedableWorkers == nil)
    #expect(BenchRun().imagesPerSecond == 0)
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
