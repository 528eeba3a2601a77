import Platform
import PipeTestSupport
import Synchronization
import Testing

@testable import InputPipeline

/// Eight producers and eight consumers on queues of random capacities, stopped at random (catalogue B23).
///
/// Runs for two seconds, or for as many as `CIFAR_PIPE_STRESS_SECONDS` says.
@Suite("Queue under stress")
struct QueueStressTests {
  static var seconds: Int { getenv("CIFAR_PIPE_STRESS_SECONDS").flatMap { Int(String(cString: $0)) } ?? 2 }

  @Test("Nothing is lost, doubled or stuck, whatever the threads do", .timeLimit(.minutes(60)))
  func randomThreads() {
    let seed =
      getenv("CIFAR_PIPE_STRESS_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)
    print("queue stress: CIFAR_PIPE_STRESS_SEED=\(seed)")
    let end = ContinuousClock.now + .seconds(Self.seconds)
    var round: UInt64 = 0

    repeat {
      let random = CounterGenerator(key: seed).derived(round)
      let capacity = Int(random.integer(below: 9, at: 0))
      switch random.integer(below: 3, at: 1) {
      case 0: run(FIFOQueue<Int>(name: "q", capacity: capacity), random, isFirstInFirstOut: true)
      case let kind:
        let minimum = Int(random.integer(below: UInt64(capacity + 1), at: 2))
        let batchSize = 1 + Int(random.integer(below: UInt64(capacity + 1 - minimum), at: 7))
        let queue = try? RandomShuffleQueue<Int>(
          name: "q", capacity: capacity + 1, minAfterDequeue: minimum, seed: seed,
          drawing: kind == 1 ? .asAvailable : .inBatches(of: batchSize, epochLength: 50))
        if let queue { run(queue, random, isFirstInFirstOut: false) }
      }
      round += 1
    } while ContinuousClock.now < end
    print("queue stress: \(round) rounds")
  }

  /// One round: all threads until the end of input, then the books.
  private func run<Store: ElementStore & ~Copyable>(
    _ queue: StoredQueue<Store>, _ random: CounterGenerator, isFirstInFirstOut: Bool
  ) where Store.Element == Int {
    let isCancelling = queue.capacity == 0 || random.integer(below: 2, at: 3) == 0
    let running = Atomic<Int>(8)

    let producers = (0..<8).map { number in
      Background {
        let accepted = Self.produce(number, into: queue, random.derived(UInt64(100 + number)))
        let isLast = running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
        if isLast && queue.capacity > 0 { queue.close() }
        return accepted
      }
    }
    let consumers = (0..<8).map { number in
      Background { Self.consume(from: queue, random.derived(UInt64(200 + number))) }
    }
    if isCancelling {
      for _ in 0..<random.integer(below: 300, at: 4) { sched_yield() }
      queue.close(cancelPendingEnqueues: true)
    } else if random.integer(below: 2, at: 5) == 0 {
      for _ in 0..<random.integer(below: 300, at: 6) { sched_yield() }
      queue.close()
    }
    let accepted = producers.map(\.value)
    var delivered = consumers.map(\.value)
    while let rest = queue.dequeueUpTo(100) { delivered.append(rest) }

    let all = delivered.joined().sorted()
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 != $1 }, "nothing twice")
    #expect(Set(accepted.flatMap(\.stored)).subtracting(all).isEmpty, "nothing lost")
    let possible = Set(accepted.flatMap(\.stored)).union(accepted.flatMap(\.partly))
    #expect(Set(all).subtracting(possible).isEmpty, "nothing refused came out")
    #expect(queue.statistics.enqueuedCount == all.count && queue.statistics.dequeuedCount == all.count)
    guard isFirstInFirstOut else { return }
    for elements in delivered {
      for producer in 0..<8 {
        let own = elements.filter { $0 >> 20 == producer }
        #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 }, "each producer's order is kept")
      }
    }
  }

  /// What the queue took from one producer.
  struct Accepted: Sendable {
    var stored: [Int] = []
    /// Of calls that ended early: some of them may be inside.
    var partly: [Int] = []
  }

  private static func produce<Store: ElementStore & ~Copyable>(
    _ number: Int, into queue: StoredQueue<Store>, _ random: CounterGenerator
  ) -> Accepted where Store.Element == Int {
    var accepted = Accepted()
    var next = number << 20
    for step in 0..<UInt64(20) {
      let count = Int(random.integer(below: 12, at: 3 * step))
      let deadline: ContinuousClock.Instant? =
        random.integer(below: 4, at: 3 * step + 1) == 0
        ? .now + .microseconds(Int(random.integer(below: 500, at: 3 * step + 2))) : nil
      let elements = Array(next..<next + max(1, count))
      next += elements.count
      let failure = error { () throws(QueueError) in
        if count < 2 {
          try queue.enqueue(elements[0], deadline: deadline)
        } else {
          try queue.enqueueMany(elements, deadline: deadline)
        }
      }
      switch failure {
      case nil: accepted.stored += elements
      case .deadlineExceeded: if count >= 2 { accepted.partly += elements }
      default:
        if count >= 2 { accepted.partly += elements }
        return accepted
      }
    }
    return accepted
  }

  private static func consume<Store: ElementStore & ~Copyable>(
    from queue: StoredQueue<Store>, _ random: CounterGenerator
  ) -> [Int] where Store.Element == Int {
    var taken: [Int] = []
    for step in 0... as PartialRangeFrom<UInt64> {
      let count = Int(random.integer(below: 12, at: 4 * step))
      let deadline: ContinuousClock.Instant? =
        random.integer(below: 4, at: 4 * step + 1) == 0
        ? .now + .microseconds(Int(random.integer(below: 500, at: 4 * step + 2))) : nil
      var hasEnded = false
      _ = error { () throws(QueueError) in
        let elements: [Int]? =
          switch random.integer(below: 4, at: 4 * step + 3) {
          case 0: try queue.dequeue(deadline: deadline).map { [$0] }
          case 1: try queue.dequeueMany(count, deadline: deadline)
          case 2: try queue.dequeueAvailable(atLeast: 1, atMost: 1 + count, deadline: deadline)
          default: try queue.dequeueUpTo(count, deadline: deadline)
          }
        taken += elements ?? []
        hasEnded = elements == nil
      }
      if hasEnded { break }
    }
    return taken
  }
}
