import PipeTestSupport
import Testing

@testable import InputPipeline

/// The order contract: drawn in batches, what comes out is a function of the seed and of what goes in.
@Suite("Order of a shuffle queue that draws in batches")
struct ShuffleOrderTests {
  typealias Queue = SteppedQueue<ShuffleStore<Int>>

  static func queue(
    capacity: Int = 5, minimum: Int = 1, batchSize: Int = 3, epochLength: Int = .max, firstEpoch: Int = 0,
    seed: UInt64 = 5, usesShortCut: Bool = true
  ) -> Queue {
    RandomShuffleQueueTests.queue(
      capacity: capacity, minimum: minimum, seed: seed,
      drawing: .inBatches(of: batchSize, epochLength: epochLength, firstEpoch: firstEpoch),
      usesShortCut: usesShortCut)
  }

  /// The order as the definition says it, without a capacity, a line, or anything that waits.
  static func order(
    of elements: [Int], minimum: Int = 1, batchSize: Int = 3, epochLength: Int = .max, firstEpoch: Int = 0,
    seed: UInt64 = 5
  ) -> [Int] {
    var order: [Int] = []
    var source = elements[...]
    var epoch = firstEpoch
    while !source.isEmpty {
      var rest = source.prefix(epochLength)
      source = source.dropFirst(rest.count)
      let generator = CounterGenerator(key: seed).derived(UInt64(epoch))
      var pool: [Int] = []
      var draw: UInt64 = 0
      repeat {
        let missing = minimum + batchSize - pool.count
        pool += rest.prefix(missing)
        rest = rest.dropFirst(missing)
        for _ in 0..<(rest.isEmpty ? pool.count : batchSize) {
          pool.swapAt(Int(generator.integer(below: UInt64(pool.count), at: draw)), pool.count - 1)
          order.append(pool.removeLast())
          draw += 1
        }
      } while !pool.isEmpty || !rest.isEmpty
      epoch += 1
    }
    return order
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
    [[.untilEnd(.dequeueAvailable(1...6))]],
  ]

  @Test("The order out is the same for every interleaving, any number of consumers and any capacity")
  func oneOrder() {
    var orders: Set<[Int]> = []
    var count = 0

    for (number, producer) in Self.producers.enumerated() {
      for consumers in Self.consumers {
        for usesShortCut in [true, false] {
          count += Interleavings.walk { choices in
            let queue = Self.queue(capacity: 4 + number, usesShortCut: usesShortCut)
            let walk = RuleWalk([producer] + consumers, on: queue, choices)
            expect(walk.stuck == [] && walk.taken.count == 7, "stuck after \(choices.history)")
            orders.insert(walk.taken)
          }
        }
      }
    }

    #expect(orders == [Self.order(of: Array(1...7))])
    #expect(count == 14_722)
  }

  @Test("Several producers decide the order in; the order out follows from it alone")
  func ordersIn() {
    let scripts: [[Operation]] = [
      [.enqueue(1), .enqueueMany([2, 3])], [.enqueueMany([11, 12, 13]), .enqueue(14)],
      [.untilEnd(.dequeueUpTo(2))],
    ]
    var ordersIn: Set<[Int]> = []

    let count = Interleavings.walk { choices in
      let queue = Self.queue()
      let walk = RuleWalk(scripts, on: queue, choices)
      queue.closeCancelling()
      _ = queue.dequeueUpTo(7)
      ordersIn.insert(walk.added)
      expect(queue.taken == Self.order(of: walk.added), "\(walk.added) came out as \(queue.taken)")
    }

    #expect(ordersIn.count == 6, "two of the four enqueues are of one thread: 4 over 2 orders")
    #expect(count == 68)
  }

  @Test(
    "The ends of epochs fall at the same place for every interleaving and any capacity",
    arguments: [4, 13])
  func epochs(capacity: Int) {
    let producer: [Operation] = [
      .enqueueMany([1, 2, 3, 4, 5, 6]), .enqueueMany([11, 12, 13, 14, 15, 16, 21]), .enqueue(22), .close,
    ]
    let expected = Self.order(of: [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22], epochLength: 6)
    var count = 0

    for consumers in Self.consumers[...2] {
      count += Interleavings.walk { choices in
        let queue = Self.queue(capacity: capacity, epochLength: 6)
        let walk = RuleWalk([producer] + consumers, on: queue, choices)
        expect(walk.stuck == [] && walk.taken == expected, "\(walk.taken) after \(choices.history)")
      }
    }

    #expect(count == [4: 6_396, 13: 18_332][capacity])
    #expect(expected.prefix(6).sorted() == Array(1...6))
    #expect(expected.dropFirst(6).prefix(6).sorted() == Array(11...16))
  }

  @Test("The order is that of its definition for every small minimum, batch, epoch and capacity")
  func definition() {
    let elements = Array(1...23)
    for minimum in 0...5 {
      for batchSize in 1...4 {
        for epochLength in [1, 2, 5, 11, 23, .max] {
          let expected = Self.order(
            of: elements, minimum: minimum, batchSize: batchSize, epochLength: epochLength, firstEpoch: 3)
          for capacity in minimum + batchSize...12 {
            let queue = Self.queue(
              capacity: capacity, minimum: minimum, batchSize: batchSize, epochLength: epochLength,
              firstEpoch: 3)
            _ = queue.enqueueMany(elements)
            _ = queue.close()
            for count in [1, 4, 2] { _ = queue.dequeueAvailable(1...count) }
            _ = queue.dequeueUpTo(23)

            expect(
              queue.taken == expected,
              "\(minimum), \(batchSize), \(epochLength), \(capacity): \(queue.taken) instead of \(expected)")
          }
        }
      }
    }
  }

  @Test("The draws of an epoch depend on the seed and its number alone")
  func epochAlone() {
    func epoch(_ number: Int, from first: Int, seed: UInt64 = 4) -> [Int] {
      let queue = Self.queue(
        capacity: 50, minimum: 5, epochLength: 20, firstEpoch: first, seed: seed)
      for _ in first...number {
        _ = queue.enqueueMany(Array(1...20))
        _ = queue.dequeueMany(20)
      }
      return Array(queue.taken.suffix(20))
    }

    let expected = epoch(2, from: 2)

    #expect(expected.sorted() == Array(1...20))
    #expect(epoch(2, from: 0) == expected)
    #expect(epoch(2, from: 1) == expected)
    #expect(epoch(1, from: 1) != expected)
    #expect(epoch(2, from: 2, seed: 5) != expected)
  }

  @Test(
    "A batch is drawn when the minimum and a batch are there, however great the capacity", arguments: 4...40)
  func firstBatch(capacity: Int) {
    let queue = Self.queue(capacity: capacity)
    let first = queue.dequeueMany(3)

    _ = queue.enqueueMany([1, 2, 3])
    #expect(queue.outcome(first) == .waiting)
    _ = queue.enqueue(4)

    #expect(RandomShuffleQueueTests.elements(first, of: queue).count == 3)
  }

  @Test("What arrives while a batch is drawn waits in line, and competes from the next batch on")
  func line() {
    let queue = Self.queue(capacity: 7)
    _ = queue.enqueueMany([1, 2, 3, 4])
    _ = queue.dequeue()

    #expect(queue.outcome(queue.enqueueMany([5, 6, 7])) == .done, "there is room behind the pool")

    _ = queue.dequeueMany(2)
    #expect(queue.taken.allSatisfy { $0 <= 4 })
    #expect(queue.outcome(queue.dequeueAvailable(1...9)) != .waiting)
    #expect(queue.size == 1)
    #expect(queue.outcome(queue.dequeue()) == .waiting)
  }

  @Test("Of the next epoch nothing is drawn before the epoch has gone out, and the minimum goes with it")
  func endOfEpochHoldsBack() {
    let queue = Self.queue(capacity: 8, epochLength: 5)
    _ = queue.enqueueMany([1, 2, 3, 4, 5, 11, 12, 13])

    let epoch = queue.dequeueAvailable(1...8)

    #expect(RandomShuffleQueueTests.elements(epoch, of: queue).sorted() == [1, 2, 3, 4, 5])
    #expect(queue.outcome(queue.dequeue()) == .waiting, "the pool of the next epoch is not full")
    _ = queue.enqueue(14)
    #expect(queue.taken.last! > 10)
  }

  @Test("A dequeue that gives up leaves no trace in the draws, and nobody stuck (1.34)", arguments: 1...16)
  func giveUpUndoesDraws(count: Int) {
    for epochLength in [.max, 17] {
      let undisturbed = Self.queue(capacity: 20, epochLength: epochLength)
      let disturbed = Self.queue(capacity: 20, epochLength: epochLength)
      for queue in [undisturbed, disturbed] { _ = queue.enqueueMany(Array(1...16)) }
      disturbed.giveUp(disturbed.dequeueMany(count + 15))
      if count < 15 { disturbed.giveUp(disturbed.dequeueMany(17)) }

      for queue in [undisturbed, disturbed] {
        #expect(queue.size == 16)
        _ = queue.dequeueMany(3)
        _ = queue.enqueue(17)
        _ = queue.close()
        _ = queue.dequeueUpTo(count)
        _ = queue.dequeueUpTo(20)
      }
      #expect(disturbed.taken == undisturbed.taken)
      #expect(disturbed.taken == Self.order(of: Array(1...17)))
    }
  }

  @Test("Elements put back above the capacity are drawn before more are added (1.34)")
  func giveUpAboveCapacity() {
    let queue = Self.queue(capacity: 4)
    let many = queue.dequeueMany(9)
    _ = queue.enqueueMany([1, 2, 3, 4, 5])

    queue.giveUp(many)

    #expect(queue.size == 5)
    #expect(RandomShuffleQueueTests.elements(queue.dequeueMany(3), of: queue).count == 3)
    #expect(queue.outcome(queue.enqueueMany([6, 7])) == .done)
  }

  @Test(
    "A dequeue that comes too late for the last batch leaves the rest in the same order as an early one (1.29)"
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
    #expect(early.taken == Self.order(of: Array(1...5)))
  }

  @Test("A queue too small for its pool is refused", arguments: 0...3, 1...4)
  func poolAboveCapacity(minimum: Int, batchSize: Int) {
    for capacity in minimum + 1...8 {
      let found = error { () throws(QueueError) in
        _ = try RandomShuffleQueue<Int>(
          name: "q", capacity: capacity, minAfterDequeue: minimum, drawing: .inBatches(of: batchSize))
      }

      #expect(
        found
          == (capacity >= minimum + batchSize
            ? nil
            : .poolAboveCapacity(
              queue: "q", minAfterDequeue: minimum, batchSize: batchSize, capacity: capacity)))
    }
  }
}
