import PipeTestSupport
import Testing

@testable import InputPipeline

/// The order contract: in turns, what comes out is a function of the seed and of what goes in.
@Suite("Order of a shuffle queue in turns")
struct ShuffleOrderTests {
  typealias Queue = SteppedQueue<ShuffleStore<Int>>

  static func queue(seed: UInt64 = 5, firstEpoch: Int = 0, usesShortCut: Bool = true) -> Queue {
    RandomShuffleQueueTests.queue(
      capacity: 4, minimum: 1, seed: seed, drawing: .inTurns, firstEpoch: firstEpoch,
      usesShortCut: usesShortCut)
  }

  /// What one producer does, in several ways that put the same elements in in the same order.
  static let producers: [[Operation]] = [
    (1...7).map { .enqueue($0) } + [.close],
    [.enqueueMany([1, 2, 3, 4, 5, 6, 7]), .close],
    [.enqueue(1), .enqueueMany([2, 3, 4]), .enqueue(5), .enqueueMany([6, 7]), .close],
  ]

  /// Threads that take everything out, in several ways.
  static let consumers: [[[Operation]]] = [
    [[.untilEnd(.dequeue)]],
    [[.untilEnd(.dequeueUpTo(3))]],
    [[.untilEnd(.dequeueMany(2))], [.untilEnd(.dequeueUpTo(3))]],
    [[.untilEnd(.dequeueMany(5))], [.dequeue, .untilEnd(.dequeueUpTo(2))]],
    [[.dequeueMany(3)], [.dequeueMany(5)], [.untilEnd(.dequeueUpTo(7))]],
  ]

  @Test("The order out is the same for every interleaving and any number of consumers")
  func oneOrder() {
    var orders: Set<[Int]> = []
    var count = 0

    for producer in Self.producers {
      for consumers in Self.consumers {
        for usesShortCut in [true, false] {
          count += Interleavings.walk { choices in
            let walk = RuleWalk([producer] + consumers, on: Self.queue(usesShortCut: usesShortCut), choices)
            expect(walk.stuck == [] && walk.taken.count == 7, "stuck after \(choices.history)")
            orders.insert(walk.taken)
          }
        }
      }
    }

    #expect(orders.count == 1)
    #expect(count == 11_946)
  }

  @Test("Several producers decide the order in; the order out follows from it alone")
  func ordersIn() {
    let scripts: [[Operation]] = [
      [.enqueue(1), .enqueueMany([2, 3])], [.enqueueMany([11, 12, 13]), .enqueue(14)],
      [.untilEnd(.dequeueUpTo(2))],
    ]
    var ordersOut: [[Int]: Set<[Int]>] = [:]

    let count = Interleavings.walk { choices in
      let queue = Self.queue()
      let walk = RuleWalk(scripts, on: queue, choices)
      queue.closeCancelling()
      _ = queue.dequeueUpTo(7)
      ordersOut[walk.added, default: []].insert(queue.taken)
    }

    #expect(ordersOut.values.allSatisfy { $0.count == 1 })
    #expect(ordersOut.count == 6, "two of the four enqueues are of one thread: 4 over 2 orders")
    #expect(count == 59)
  }

  @Test("The ends of epochs fall at the same place for every interleaving")
  func epochs() {
    let producer: [Operation] = [
      .enqueueMany([1, 2, 3, 4, 5, 6]), .endEpoch, .enqueueMany([11, 12, 13]), .endEpoch, .endEpoch,
      .enqueueMany([21, 22, 23, 24, 25]), .close,
    ]
    var orders: Set<[Int]> = []
    var count = 0

    for consumers in Self.consumers[...2] {
      count += Interleavings.walk { choices in
        let walk = RuleWalk([producer] + consumers, on: Self.queue(), choices)
        expect(walk.stuck == [] && walk.taken.count == 14, "stuck after \(choices.history)")
        orders.insert(walk.taken)
      }
    }

    #expect(orders.count == 1)
    #expect(count == 14_637)
    let order = orders.first ?? []
    #expect(order.prefix(6).sorted() == [1, 2, 3, 4, 5, 6])
    #expect(order.dropFirst(6).prefix(3).sorted() == [11, 12, 13])
    #expect(order.suffix(5).sorted() == [21, 22, 23, 24, 25])
  }

  @Test(
    "The draws of an epoch depend on the seed and its number alone",
    arguments: [ShuffleDrawing.asAvailable, .inTurns])
  func epochAlone(drawing: ShuffleDrawing) {
    func lastEpoch(sizesBefore: [Int], firstEpoch: Int, seed: UInt64 = 4) -> [Int] {
      let queue = RandomShuffleQueueTests.queue(
        capacity: 50, minimum: 5, seed: seed, drawing: drawing, firstEpoch: firstEpoch)
      for size in sizesBefore {
        _ = queue.enqueueMany(Array(repeating: 0, count: size))
        _ = queue.endEpoch()
        if size > 0 { _ = queue.dequeueMany(size) }
      }
      _ = queue.enqueueMany(Array(1...20))
      _ = queue.endEpoch()
      return RandomShuffleQueueTests.elements(queue.dequeueMany(20), of: queue)
    }

    let expected = lastEpoch(sizesBefore: [], firstEpoch: 2)

    #expect(expected.sorted() == Array(1...20))
    #expect(lastEpoch(sizesBefore: [30, 7], firstEpoch: 0) == expected)
    #expect(lastEpoch(sizesBefore: [0, 0], firstEpoch: 0) == expected)
    #expect(lastEpoch(sizesBefore: [1], firstEpoch: 1) == expected)
    #expect(lastEpoch(sizesBefore: [], firstEpoch: 1) != expected)
    #expect(lastEpoch(sizesBefore: [], firstEpoch: 2, seed: 5) != expected)
  }

  @Test("While an epoch goes out nothing of the next one comes in, a second end included")
  func endOfEpochHoldsBack() {
    let queue = Self.queue()
    _ = queue.enqueueMany([1, 2])
    let calls = [queue.endEpoch(), queue.endEpoch(), queue.enqueue(3)]
    #expect(calls.map(queue.outcome) == [.done, .waiting, .waiting])

    _ = queue.dequeue()
    #expect(calls.map(queue.outcome) == [.done, .waiting, .waiting])
    _ = queue.dequeue()

    #expect(calls.map(queue.outcome) == [.done, .done, .done])
    #expect(queue.size == 1)
  }

  @Test("The end of an epoch behind a close is refused, and a cancelling close ends its wait")
  func endOfEpochAndClose() {
    let queue = Self.queue()
    _ = queue.enqueueMany([1, 2, 3, 4, 5])
    let waiting = queue.endEpoch()
    _ = queue.close()
    let refused = queue.endEpoch()
    #expect([waiting, refused].map(queue.outcome) == [.waiting, .closed])

    queue.closeCancelling()

    #expect(queue.outcome(waiting) == .closed)
    #expect(queue.outcome(queue.dequeueMany(4)) != .endOfInput)
  }

  @Test("Nobody takes while the queue fills, and nobody adds while it is drawn down")
  func turns() {
    let queue = Self.queue()
    _ = queue.enqueueMany([1, 2, 3])
    let first = queue.dequeue()
    #expect(queue.outcome(first) == .waiting, "not full yet")

    let into = queue.enqueueMany([4, 5])
    #expect([first, into].map(queue.outcome).last == .waiting, "not drawn down yet")
    #expect(queue.size == 3)
    _ = queue.dequeueMany(2)

    #expect(queue.outcome(into) == .done)
    #expect(queue.size == 2)
    #expect(queue.outcome(queue.dequeue()) == .waiting)
  }

  @Test("A dequeue that gives up leaves no trace in the draws, and nobody stuck (1.34)", arguments: 1...8)
  func giveUpUndoesDraws(count: Int) {
    let undisturbed = Self.queue()
    let disturbed = Self.queue()
    for queue in [undisturbed, disturbed] { _ = queue.enqueueMany([1, 2, 3, 4]) }

    disturbed.giveUp(disturbed.dequeueMany(count + 3))

    for queue in [undisturbed, disturbed] {
      #expect(queue.size == 4)
      _ = queue.dequeueMany(3)
      _ = queue.enqueueMany([5, 6, 7])
      _ = queue.close()
      _ = queue.dequeueUpTo(4)
    }
    #expect(disturbed.taken == undisturbed.taken)
    #expect(disturbed.taken.count == 7)
  }

  @Test("Elements put back above the capacity are drawn before more are added (1.34)")
  func giveUpAboveCapacity() {
    let queue = Self.queue()
    let many = queue.dequeueMany(9)
    _ = queue.enqueueMany([1, 2, 3, 4, 5])

    queue.giveUp(many)

    #expect(queue.size == 5)
    #expect(RandomShuffleQueueTests.elements(queue.dequeueMany(4), of: queue).count == 4)
    #expect(queue.outcome(queue.enqueueMany([6, 7, 8])) == .done)
  }

  @Test(
    "A dequeue that comes too late for the last turn leaves the rest in the same order as an early one (1.29)"
  )
  func tooFewAtTheEnd() {
    let early = Self.queue()
    let waiting = early.dequeueMany(9)
    _ = early.enqueueMany([1, 2, 3, 4, 5])
    _ = early.close()
    let late = Self.queue()
    _ = late.enqueueMany([1, 2, 3, 4])
    let rest = late.enqueue(5)
    let close = late.close()
    let refused = late.dequeueMany(9)
    #expect([rest, close, refused].map(late.outcome) == [.done, .done, .endOfInput])
    #expect(early.outcome(waiting) == .endOfInput)

    for queue in [early, late] { _ = queue.dequeueUpTo(5) }

    #expect(early.taken == late.taken)
    #expect(early.taken.count == 5)
  }
}
