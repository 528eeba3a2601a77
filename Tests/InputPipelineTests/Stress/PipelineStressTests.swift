import Platform
import InputPipeline
import PipeTestSupport
import Testing

/// Random pipelines with random ends; `CIFAR_PIPE_STRESS_SECONDS` makes it longer and
/// `CIFAR_PIPE_STRESS_SEED` repeats a run's choices.
@Suite("Random pipelines")
struct PipelineStressTests {
  private static let seconds = number("CIFAR_PIPE_STRESS_SECONDS") ?? 2

  private static func number(_ variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }

  @Test(
    "with up to 8 + 8 threads end, whatever happens, and lose or double nothing (B23)",
    .timeLimit(.minutes(Int(seconds) / 60 + 2)))
  func randomPipelines() {
    let seed = Self.number("CIFAR_PIPE_STRESS_SEED") ?? .random(in: .min ... .max)
    let deadline = ContinuousClock.now + .seconds(Int64(Self.seconds))
    print("stress: CIFAR_PIPE_STRESS_SEED=\(seed)")

    var count: UInt64 = 0
    repeat {
      let plan = StressPlan(CounterGenerator(key: seed).derived(count))
      do { try plan.run() } catch {
        Issue.record("CIFAR_PIPE_STRESS_SEED=\(seed), pipeline \(count): \(error) in \(plan)")
        return
      }
      count += 1
    } while ContinuousClock.now < deadline
    print("stress: \(count) pipelines")
  }
}

/// What went wrong in a random pipeline.
private enum StressFailure: Error {
  case wrongElements(expectedAtMost: Int, delivered: Int, distinct: Int, left: Int)
  case wrongError(String)
}

/// How a random pipeline is brought to its end.
private enum StressEnd: CaseIterable {
  /// The input ends by itself.
  case endOfInput
  /// Somebody stops it when that many elements came out.
  case stop
  /// The source fails at that element.
  case sourceError
  /// A consumer fails when that many elements came out.
  case consumerError
}

/// One random pipeline: numbers through a first queue, a second runner and a second queue.
private struct StressPlan {
  let elements: Int
  let producers: Int
  let movers: Int
  let consumers: Int
  let firstCapacity: Int
  let secondCapacity: Int
  /// `nil` makes the second queue first in, first out.
  let minAfterDequeue: Int?
  let takeCount: Int
  let end: StressEnd
  let endAt: Int
  let seed: UInt64

  init(_ generator: CounterGenerator) {
    var counter: UInt64 = 0
    func draw(_ range: ClosedRange<Int>) -> Int {
      defer { counter += 1 }
      return range.lowerBound + Int(generator.integer(below: UInt64(range.count), at: counter))
    }
    elements = draw(0...400)
    producers = draw(1...4)
    movers = draw(1...4)
    consumers = draw(1...8)
    firstCapacity = draw(1...8)
    secondCapacity = draw(1...40)
    minAfterDequeue = draw(0...1) == 0 ? nil : draw(0...secondCapacity - 1)
    takeCount = draw(1...12)
    end = StressEnd.allCases[draw(0...StressEnd.allCases.count - 1)]
    endAt = draw(0...elements)
    seed = generator.word(counter)
  }

  /// Runs the pipeline and checks what came out of it.
  func run() throws {
    let coordinator = Coordinator()
    let first = FIFOQueue<Int>(name: "first", capacity: firstCapacity)
    let second: any BlockingQueue<Int> =
      if let minAfterDequeue {
        try RandomShuffleQueue<Int>(
          name: "second", capacity: secondCapacity, minAfterDequeue: minAfterDequeue, seed: seed)
      } else {
        FIFOQueue<Int>(name: "second", capacity: secondCapacity)
      }
    let following = Monitor(0)
    let delivered = Monitor<[Int]>([])

    let reading = QueueRunner(queue: first, threads: producers) {
      let number = following.withLock { following in
        defer { following += 1 }
        return following
      }
      guard number < elements else { return false }
      if end == .sourceError && number == endAt { throw TestError(1) }
      try first.enqueue(number)
      return true
    }
    let moving = QueueRunner(queue: second, threads: movers) {
      guard let numbers = first.dequeueUpTo(takeCount) else { return false }
      try second.enqueueMany(numbers)
      return true
    }
    let consuming = (0..<consumers).map { index in
      PipelineThread(name: "consumer-\(index)") {
        while let numbers = take(from: second, index) {
          let count = delivered.withLock { delivered in
            delivered += numbers
            return delivered.count
          }
          guard count >= endAt else { continue }
          switch end {
          case .stop: coordinator.requestStop()
          case .consumerError: return coordinator.report(TestError(1))
          case .endOfInput, .sourceError: break
          }
        }
      }
    }

    coordinator.register(consuming)
    for thread in consuming { try thread.start() }
    try reading.start(coordinator)
    try moving.start(coordinator)
    var error: (any Error)?
    do { try coordinator.join(gracePeriod: .seconds(60)) } catch let failure { error = failure }
    try check(error, delivered.withLock { $0 }, left: second.dequeueUpTo(.max) ?? [])
  }

  /// Checks that the right error came out, and the right elements.
  private func check(_ error: (any Error)?, _ delivered: [Int], left: [Int]) throws {
    let failed =
      switch end {
      case .endOfInput, .stop: false
      case .sourceError: endAt < elements
      case .consumerError: elements > 0
      }
    guard error as? TestError == (failed ? TestError(1) : nil) && failed == (error != nil) else {
      throw StressFailure.wrongError("\(String(describing: error))")
    }
    let all = delivered + left
    let distinct = Set(all)
    // What is on its way when a pipeline is stopped is lost; at the end of input nothing may be.
    let isWhole = !failed && end != .stop
    guard distinct.count == all.count && distinct.isSubset(of: 0..<elements),
      !isWhole || (left.isEmpty && all.count == elements)
    else {
      throw StressFailure.wrongElements(
        expectedAtMost: elements, delivered: delivered.count, distinct: distinct.count, left: left.count)
    }
  }

  /// Takes in a way that differs from consumer to consumer; the first of them takes a short rest too.
  private func take(from queue: any BlockingQueue<Int>, _ index: Int) -> [Int]? {
    switch index % 3 {
    case 0: queue.dequeueUpTo(takeCount)
    case 1: queue.dequeue().map { [$0] }
    default: queue.dequeueMany(takeCount)
    }
  }
}
