import PipeTestSupport
import Testing

@testable import InputPipeline

@Suite("Random shuffle queue")
struct RandomShuffleQueueTests {
  typealias Queue = SteppedQueue<ShuffleStore<Int>>

  static func queue(
    capacity: Int, minimum: Int, seed: UInt64 = 1, drawing: ShuffleDrawing = .asAvailable,
    usesShortCut: Bool = true
  ) -> Queue {
    // At the end of an epoch the minimum goes out as well.
    var minimumBehind = minimum
    if case .inBatches(_, let epochLength, _) = drawing, epochLength < .max { minimumBehind = 0 }
    return Queue(
      ShuffleStore(
        capacity: capacity, minAfterDequeue: minimum, generator: CounterGenerator(key: seed), drawing: drawing
      ),
      minimum: minimumBehind, usesShortCut: usesShortCut)
  }

  static func elements(_ call: Call, of queue: Queue) -> [Int] {
    if case .elements(let elements) = queue.outcome(call) { elements } else { [] }
  }

  // MARK: The minimum

  @Test("The minimum must be at least 0 and below the capacity (3.1)", arguments: 0...5, -1...6)
  func minimumBelowCapacity(capacity: Int, minimum: Int) {
    let isAllowed = minimum >= 0 && minimum < capacity
    let error = QueueError.minimumNotBelowCapacity(queue: "q", minAfterDequeue: minimum, capacity: capacity)
    var found: QueueError?

    do throws(QueueError) {
      _ = try RandomShuffleQueue<Int>(name: "q", capacity: capacity, minAfterDequeue: minimum)
    } catch {
      found = error
    }

    #expect(found == (isAllowed ? nil : error))
  }

  @Test("An unbounded capacity goes with any minimum (3.1)")
  func unbounded() throws {
    let queue = try RandomShuffleQueue<Int>(name: "q", capacity: .max, minAfterDequeue: 1_000)
    try queue.enqueueMany(Array(0..<1_100))
    #expect(queue.dequeueMany(100)?.count == 100)
  }

  @Test("While the queue is open only what is above the minimum may be taken (3.2)", arguments: 1...5)
  func surplus(capacity: Int) {
    for minimum in 0..<capacity {
      let queue = Self.queue(capacity: capacity, minimum: minimum)
      _ = queue.enqueueMany(Array(0..<capacity))

      for _ in minimum..<capacity { #expect(Self.elements(queue.dequeue(), of: queue).count == 1) }
      let waiting = queue.dequeue()

      #expect(queue.outcome(waiting) == .waiting)
      #expect(queue.size == minimum)
    }
  }

  @Test(
    "A dequeue of many above capacity less minimum completes as producers refill (3.2, 3.3)", arguments: 1...5
  )
  func refill(capacity: Int) {
    for minimum in 0..<capacity {
      for drawing in [ShuffleDrawing.asAvailable, .inBatches(of: capacity - minimum)] {
        let queue = Self.queue(capacity: capacity, minimum: minimum, drawing: drawing)
        let many = queue.dequeueMany(20)

        _ = queue.enqueueMany(Array(0..<19 + capacity))
        _ = queue.enqueueMany(Array(100..<100 + capacity))

        #expect(Self.elements(many, of: queue).count == 20)
        #expect(queue.size >= minimum)
      }
    }
  }

  @Test("A dequeue of up to a number respects the minimum and waits for all while the queue is open (3.5)")
  func upToRespectsMinimum() {
    let queue = Self.queue(capacity: 5, minimum: 2)
    _ = queue.enqueueMany([1, 2, 3])

    let call = queue.dequeueUpTo(2)
    #expect(queue.outcome(call) == .waiting)
    _ = queue.enqueue(4)

    #expect(Self.elements(call, of: queue).count == 2)
  }

  @Test("A close lets the minimum out, also to a dequeue that waits for nothing else (3.4)", arguments: 1...5)
  func closeReleasesMinimum(capacity: Int) {
    let queue = Self.queue(capacity: capacity, minimum: capacity - 1)
    _ = queue.enqueueMany(Array(0..<capacity - 1))
    let waiting = queue.dequeueUpTo(capacity)
    #expect(queue.outcome(waiting) == .waiting)

    _ = queue.close()

    let all = Self.elements(waiting, of: queue)
    #expect(all.sorted() == Array(0..<capacity - 1))
    #expect(queue.outcome(queue.dequeue()) == .endOfInput)
  }

  @Test("A waiting plain close keeps the minimum until it takes effect (3.4)")
  func waitingCloseKeepsMinimum() {
    let queue = Self.queue(capacity: 2, minimum: 1)
    _ = queue.enqueueMany([1, 2, 3])
    let close = queue.close()
    #expect(queue.outcome(close) == .waiting)

    let many = queue.dequeueMany(3)

    #expect([close].map(queue.outcome) == [.done])
    #expect(Self.elements(many, of: queue).sorted() == [1, 2, 3])
  }

  @Test("A dequeue that can no longer be filled puts its elements back for the next one (1.29)")
  func putBack() {
    let queue = Self.queue(capacity: 3, minimum: 1)
    let many = queue.dequeueMany(4)
    let rest = queue.dequeueUpTo(4)
    _ = queue.enqueueMany([1, 2, 3])

    _ = queue.close()

    #expect(queue.outcome(many) == .endOfInput)
    #expect(Self.elements(rest, of: queue).sorted() == [1, 2, 3])
  }

  // MARK: The draw

  @Test("Equal seeds and equal operations give the same elements on every platform (3.6, 3.8)")
  func golden() {
    let one = Self.queue(capacity: 12, minimum: 0, seed: 1)
    _ = one.enqueueMany(Array(0..<12))
    let mixed = Self.queue(capacity: 6, minimum: 2, seed: 9)
    _ = mixed.enqueueMany(Array(0..<6))
    _ = mixed.dequeueMany(4)
    for element in 6..<10 { _ = mixed.enqueue(element) }
    for _ in 0..<4 { _ = mixed.dequeue() }
    mixed.closeCancelling()
    _ = mixed.dequeueMany(2)

    // Computed apart from this code, from the definition of SplitMix64 and of the draw.
    #expect(Self.elements(one.dequeueMany(12), of: one) == [2, 3, 4, 5, 9, 10, 0, 6, 11, 8, 1, 7])
    #expect(mixed.taken == [1, 4, 2, 3, 8, 9, 0, 5, 7, 6])
  }

  @Test("One dequeue of many draws what as many single dequeues draw", arguments: 1...5)
  func singleOrMany(count: Int) {
    let single = Self.queue(capacity: 9, minimum: 3)
    let many = Self.queue(capacity: 9, minimum: 3)
    for queue in [single, many] { _ = queue.enqueueMany(Array(0..<9)) }

    for _ in 0..<count { _ = single.dequeue() }
    _ = many.dequeueMany(count)

    #expect(single.taken == many.taken)
  }

  @Test("Without a seed two queues differ, with one they agree (3.8)")
  func seeds() throws {
    func drained(_ seed: UInt64?) throws -> [Int]? {
      let queue = try RandomShuffleQueue<Int>(name: "q", capacity: 100, minAfterDequeue: 0, seed: seed)
      try queue.enqueueMany(Array(0..<100))
      return queue.dequeueMany(100)
    }

    #expect(try drained(5) == drained(5))
    #expect(try drained(5) != drained(6))
    #expect(try drained(nil) != drained(nil))
  }

  @Test("The age of the drawn element has the distribution of uniform draws (3.6, 3.7)")
  func uniformDraw() {
    let queue = Self.queue(capacity: 16, minimum: 15, seed: 3)
    _ = queue.enqueueMany(Array(0..<15))
    var counts = [Int](repeating: 0, count: 20)

    for step in 15..<40_015 {
      _ = queue.enqueue(step)
      let age = step - Self.elements(queue.dequeue(), of: queue)[0]
      counts[min(age, 19)] += 1
    }

    // An element of age a was passed over a times: (15/16)^a / 16; the last class holds all older ones.
    var expected = (0..<19).map { age in (0..<age).reduce(1.0 / 16) { value, _ in value * 15 / 16 } }
    expected.append(1 - expected.reduce(0, +))
    let statistic = zip(counts, expected).reduce(0.0) { sum, pair in
      let mean = pair.1 * 40_000
      return sum + (Double(pair.0) - mean) * (Double(pair.0) - mean) / mean
    }
    #expect(counts[0] > 0, "an element competes from the moment it is in")
    // The 99.9 % point of 19 degrees of freedom.
    #expect(statistic < 43.8)
  }

  @Test("Every order of four elements comes out equally often (3.6)")
  func uniformOrder() {
    var counts: [[Int]: Int] = [:]

    for seed in 0..<UInt64(24_000) {
      let queue = Self.queue(capacity: 4, minimum: 0, seed: seed)
      _ = queue.enqueueMany([0, 1, 2, 3])
      counts[Self.elements(queue.dequeueMany(4), of: queue), default: 0] += 1
    }

    // The 99.9 % point of 23 degrees of freedom, and the 0.1 % point.
    let statistic = chiSquare(Array(counts.values))
    #expect(counts.count == 24)
    #expect(statistic < 49.7 && statistic > 7.5)
  }
}
