import PipeTestSupport
import Testing

@testable import InputPipeline

/// Every order of events of a few threads on a small queue: no deadlock, no loss, no double (catalogue B22).
@Suite("Every interleaving")
struct QueueRulesInterleavingTests {
  /// A script with the number of its interleavings, which a walk that misses some cannot reach.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let capacity: Int
    let scripts: [[Operation]]
    /// For the first-in, first-out queue and the shuffle queue as available, in great batches and in single draws.
    let counts: [Int]
    var testDescription: String { "\(name), capacity \(capacity)" }
  }

  static let cases: [Case] = [
    Case(
      name: "2 producers, 2 consumers, 3 elements, plain close", capacity: 1,
      scripts: [
        [.enqueue(1), .enqueue(2)], [.enqueue(11)], [.untilEnd(.dequeue)], [.untilEnd(.dequeue)], [.close],
      ], counts: [4_912, 2_566, 2_008, 2_566]),
    Case(
      name: "2 producers, 2 consumers, 3 elements, cancelling close", capacity: 1,
      scripts: [
        [.enqueue(1), .enqueue(2)], [.enqueue(11)], [.untilEnd(.dequeue)], [.untilEnd(.dequeue)],
        [.closeCancelling],
      ], counts: [4_724, 2_566, 2_008, 2_566]),
    Case(
      name: "a plain close overtaken by a cancelling one", capacity: 1,
      scripts: [
        [.enqueue(1), .enqueue(2)], [.enqueue(11), .close], [.untilEnd(.dequeue)], [.closeCancelling],
      ], counts: [899, 731, 563, 731]),
    Case(
      name: "two plain closes", capacity: 1,
      scripts: [
        [.enqueue(1), .enqueue(2), .close], [.enqueue(11), .close], [.untilEnd(.dequeue)],
      ], counts: [519, 400, 292, 400]),
    Case(
      name: "nothing ever fits, cancelling close", capacity: 0,
      scripts: [
        [.enqueue(1)], [.enqueueMany([11, 12])], [.close], [.untilEnd(.dequeue)], [.closeCancelling],
      ], counts: [120, 366, 366, 366]),
    Case(
      name: "many at a time, plain close", capacity: 1,
      scripts: [
        [.enqueueMany([1, 2, 3])], [.enqueueMany([11, 12])], [.untilEnd(.dequeueMany(2))],
        [.untilEnd(.dequeueUpTo(2))], [.close],
      ], counts: [751, 676, 676, 676]),
    Case(
      name: "many at a time, cancelling close", capacity: 2,
      scripts: [
        [.enqueueMany([1, 2, 3])], [.enqueueMany([11, 12])], [.untilEnd(.dequeueMany(3))],
        [.untilEnd(.dequeueUpTo(2))], [.closeCancelling],
      ], counts: [495, 393, 324, 393]),
    Case(
      name: "deadlines, plain close", capacity: 1,
      scripts: [
        [.withDeadline(.enqueue(1)), .enqueue(2)], [.enqueueMany([11, 12])],
        [.withDeadline(.dequeueMany(2)), .dequeue], [.untilEnd(.dequeueUpTo(2))], [.close],
      ], counts: [7_722, 6_518, 6_443, 6_518]),
    Case(
      name: "deadlines, cancelling close", capacity: 2,
      scripts: [
        [.withDeadline(.enqueueMany([1, 2, 3]))], [.withDeadline(.enqueue(11))],
        [.withDeadline(.dequeueMany(3))], [.untilEnd(.dequeue)], [.closeCancelling],
      ], counts: [2_125, 1_065, 708, 1_065]),
  ]

  @Test(
    "A first-in, first-out queue loses, doubles and reorders nothing and never gets stuck", arguments: cases)
  func firstInFirstOut(_ example: Case) {
    var walks: [Set<RuleWalk>] = []
    for usesShortCut in [true, false] {
      var found: Set<RuleWalk> = []

      let count = Interleavings.walk { choices in
        let queue = SteppedQueue(
          FIFOStore<Int>(capacity: example.capacity), usesShortCut: usesShortCut)
        let walk = RuleWalk(example.scripts, on: queue, choices)
        walk.checkDelivery(of: example.scripts, choices)
        walk.checkOrder(choices)
        expect(walk.size == 0, "a consumer that takes single elements or the rest drains the queue")
        found.insert(walk)
      }

      #expect(count == example.counts[0])
      walks.append(found)
    }
    #expect(walks[0] == walks[1], "the short cuts change no outcome")
  }

  @Test("A shuffle queue loses and doubles nothing, keeps its minimum and never gets stuck", arguments: cases)
  func shuffled(_ example: Case) {
    let drawings = [ShuffleDrawing.asAvailable, .inBatches(of: example.capacity + 1), .inBatches(of: 1)]
    for (drawing, expected) in zip(drawings, example.counts[1...]) {
      let count = Interleavings.walk { choices in
        let store = ShuffleStore<Int>(
          capacity: example.capacity + 2, minAfterDequeue: 1, generator: CounterGenerator(key: 7),
          drawing: drawing)
        let walk = RuleWalk(example.scripts, on: SteppedQueue(store, minimum: 1), choices)
        walk.checkDelivery(of: example.scripts, choices)
        expect(walk.size == 0, "a close lets the minimum out as well (3.4)")
      }

      #expect(count == expected, "\(drawing)")
    }
  }

  @Test("A close behind a waiting producer of a full queue lets both finish in every order (1.22)")
  func closeOfFullQueue() {
    let scripts: [[Operation]] = [[.untilEnd(.dequeue)], [.untilEnd(.dequeue)], [.enqueue(21)]]

    let count = Interleavings.walk { choices in
      let queue = SteppedQueue(FIFOStore<Int>(capacity: 1))
      let calls = [queue.enqueue(1), queue.enqueue(2), queue.enqueue(3), queue.close()]
      #expect(calls.map(queue.outcome) == [.done, .waiting, .waiting, .waiting])
      #expect(!queue.isClosed)
      let walk = RuleWalk(scripts, on: queue, choices)
      #expect(calls.map(queue.outcome) == [.done, .done, .done, .done])
      #expect(walk.stuck == [])
      #expect(walk.taken == [1, 2, 3])
      #expect(walk.outcomes[2] == [.closed], "behind a waiting close nothing is let in (1.23)")
    }

    #expect(count == 96)
  }

  @Test(
    "A cancelling close of a full queue ends the waiting producers and the waiting close in every order (1.24)"
  )
  func cancellingCloseOfFullQueue() {
    let scripts: [[Operation]] = [[.untilEnd(.dequeue)], [.untilEnd(.dequeue)], [.closeCancelling]]

    let count = Interleavings.walk { choices in
      let queue = SteppedQueue(FIFOStore<Int>(capacity: 1))
      let calls = [queue.enqueue(1), queue.enqueueMany([2, 3]), queue.close()]
      let walk = RuleWalk(scripts, on: queue, choices)
      let outcomes = calls.map(queue.outcome)
      #expect(outcomes[0] == .done && outcomes[2] == .done)
      #expect(outcomes[1] == (walk.taken == [1, 2, 3] ? .done : .closed), "stored elements stay (1.25)")
      #expect(walk.taken == walk.added && walk.stuck == [])
    }

    #expect(count == 76)
  }

  @Test("A walk notices threads that wait for ever")
  func stuckThreads() {
    let scripts: [[Operation]] = [[.enqueue(1), .enqueue(2)], [.dequeueMany(2), .dequeue]]

    let count = Interleavings.walk { choices in
      let walk = RuleWalk(scripts, on: SteppedQueue(FIFOStore<Int>(capacity: 1)), choices)
      #expect(walk.stuck == [1])
    }

    #expect(count == 3, "the dequeue of both may come before, between or after the enqueues")
  }
}
