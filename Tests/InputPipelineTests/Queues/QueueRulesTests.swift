import Testing

@testable import InputPipeline

/// The rules that all queues share, one by one and without threads; the numbers are those of
/// docs/rules.md.
@Suite("Queue rules")
struct QueueRulesTests {
  typealias Queue = SteppedQueue<FIFOStore<Int>>

  /// An open queue that holds the elements 0, 1, … up to its capacity.
  static func fullQueue(capacity: Int) -> Queue {
    let queue = Queue(FIFOStore(capacity: capacity))
    for element in 0..<capacity { _ = queue.enqueue(element) }
    return queue
  }

  // MARK: Order of service

  @Test("Waiting enqueues are served in the order of their arrival (1.3)", arguments: 1...5)
  func enqueuesInOrder(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let calls = (0..<3).map { queue.enqueue(100 + $0) }

    for served in 0...3 {
      let expected: [Call.Outcome] = (0..<3).map { $0 < served ? .done : .waiting }
      #expect(calls.map(queue.outcome) == expected)
      _ = queue.dequeue()
    }
  }

  @Test("Waiting dequeues are served in the order of their arrival (1.3)", arguments: 1...5)
  func dequeuesInOrder(capacity: Int) {
    let queue = Queue(FIFOStore(capacity: capacity))
    let calls = (0..<3).map { _ in queue.dequeue() }

    for element in 0..<3 { _ = queue.enqueue(element) }

    #expect(calls.map(queue.outcome) == [.elements([0]), .elements([1]), .elements([2])])
  }

  @Test("One event serves both sides until nothing changes any more (1.3)", arguments: 1...5)
  func servesUntilNothingChanges(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let more = queue.enqueueMany(Array(capacity..<20))
    let last = queue.enqueue(20)

    let all = queue.dequeueMany(21)

    #expect(queue.outcome(all) == .elements(Array(0...20)))
    #expect([more, last].map(queue.outcome) == [.done, .done])
  }

  @Test("A dequeue that cannot finish blocks those behind it that could be served (1.4)")
  func headOfLineOfDequeues() {
    let queue = Queue(FIFOStore(capacity: 5))
    let first = queue.dequeueMany(3)
    let second = queue.dequeue()

    _ = queue.enqueueMany([1, 2])
    #expect([first, second].map(queue.outcome) == [.waiting, .waiting])
    _ = queue.enqueueMany([3, 4])

    #expect([first, second].map(queue.outcome) == [.elements([1, 2, 3]), .elements([4])])
  }

  @Test(
    "An enqueue that cannot finish blocks those behind it, and keeps its place (1.4, 1.5)", arguments: 1...5)
  func headOfLineOfEnqueues(capacity: Int) {
    let queue = Queue(FIFOStore(capacity: capacity))
    let many = queue.enqueueMany(Array(0..<capacity + 2))
    let single = queue.enqueue(100)

    #expect(queue.size == capacity)
    _ = queue.dequeue()
    #expect([many, single].map(queue.outcome) == [.waiting, .waiting])
    _ = queue.dequeue()
    #expect([many, single].map(queue.outcome) == [.done, .waiting])
    _ = queue.dequeue()

    #expect(queue.outcome(single) == .done)
    #expect(queue.added == Array(0..<capacity + 2) + [100])
  }

  @Test(
    "More than the capacity goes in and out with traffic on the other side (1.6)", arguments: 1...5, 0...12)
  func moreThanCapacity(capacity: Int, count: Int) {
    let queue = Queue(FIFOStore(capacity: capacity))

    let out = queue.dequeueMany(count)
    let into = queue.enqueueMany(Array(0..<count))

    #expect(queue.outcome(out) == .elements(Array(0..<count)))
    #expect(queue.outcome(into) == .done)
    #expect(queue.size == 0)
  }

  @Test("The elements of one enqueue of many stay next to each other (1.6)")
  func contiguity() {
    let queue = Queue(FIFOStore(capacity: 2))
    _ = queue.enqueueMany([1, 2, 3, 4])
    _ = queue.enqueue(10)
    _ = queue.enqueueMany([5, 6, 7])

    let all = queue.dequeueMany(8)

    #expect(queue.outcome(all) == .elements([1, 2, 3, 4, 10, 5, 6, 7]))
  }

  @Test("The size leaves out what waits outside and what an unfinished dequeue holds (1.7)")
  func size() {
    let queue = Queue(FIFOStore(capacity: 2))
    #expect(queue.size == 0)
    _ = queue.enqueueMany([1, 2, 3])
    #expect(queue.size == 2)
    _ = queue.dequeueMany(4)
    #expect(queue.size == 0)
  }

  // MARK: Capacity and counts

  @Test("A capacity of Int.max is unbounded (1.10)")
  func unbounded() {
    let queue = Queue(FIFOStore(capacity: .max))

    let call = queue.enqueueMany(Array(0..<10_000))

    #expect(queue.outcome(call) == .done)
    #expect(queue.size == 10_000)
  }

  @Test("With capacity 0 an enqueue waits even while a dequeue does (1.11)", arguments: [true, false])
  func capacityZero(isCancelling: Bool) {
    let queue = Queue(FIFOStore(capacity: 0))
    let out = queue.dequeue()
    let into = [queue.enqueue(1), queue.enqueueMany([2, 3])]
    #expect(([out] + into).map(queue.outcome) == [.waiting, .waiting, .waiting])

    if isCancelling { queue.closeCancelling() } else { into.forEach(queue.giveUp) }

    let end: Call.Outcome = isCancelling ? .closed : .gaveUp
    #expect(([out] + into).map(queue.outcome) == [isCancelling ? .endOfInput : .waiting, end, end])
  }

  @Test("A dequeue of nothing ends at once, whatever the state (1.13)", arguments: 0...5)
  func dequeueNothing(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    #expect(
      [queue.dequeueMany(0), queue.dequeueUpTo(0)].map(queue.outcome) == [.elements([]), .elements([])])
    _ = queue.dequeueMany(capacity + 1)
    #expect(queue.outcome(queue.dequeueMany(0)) == .elements([]))
    queue.closeCancelling()
    #expect(
      [queue.dequeueMany(0), queue.dequeueUpTo(0)].map(queue.outcome) == [.elements([]), .elements([])])
  }

  @Test("An enqueue of nothing ends at once, also on a closed queue (1.15)", arguments: 0...5)
  func enqueueNothing(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    #expect(queue.outcome(queue.enqueueMany([])) == .done)
    queue.closeCancelling()
    #expect(queue.outcome(queue.enqueueMany([])) == .done)
    #expect(queue.size == capacity)
  }

  // MARK: Closing

  @Test("A plain close of a queue where no enqueue waits takes effect at once (1.22)", arguments: 0...5)
  func closeAtOnce(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)

    let close = queue.close()

    #expect(queue.outcome(close) == .done)
    #expect(queue.isClosed)
  }

  @Test(
    "A plain close waits for the enqueues before it, and until then the queue is open (1.22)",
    arguments: 1...5)
  func closeWaitsInLine(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let before = queue.enqueueMany([100, 101])
    let close = queue.close()

    _ = queue.dequeue()
    #expect([before, close].map(queue.outcome) == [.waiting, .waiting])
    #expect(!queue.isClosed)
    _ = queue.dequeue()

    #expect([before, close].map(queue.outcome) == [.done, .done])
    #expect(queue.isClosed)
    #expect(
      queue.outcome(queue.dequeueMany(capacity))
        == .elements(Array((Array(0..<capacity) + [100, 101])[2...])))
  }

  @Test("Enqueues behind a waiting close, or after it, are refused at once (1.23)", arguments: 1...5)
  func refusedAfterClose(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    _ = queue.enqueue(100)
    _ = queue.close()

    let whileClosing = [queue.enqueue(200), queue.enqueueMany([201, 202])]
    _ = queue.dequeue()
    let afterwards = [queue.enqueue(203), queue.enqueueMany([204])]

    #expect((whileClosing + afterwards).map(queue.outcome) == [.closed, .closed, .closed, .closed])
    #expect(queue.added == Array(0..<capacity) + [100])
  }

  @Test(
    "A cancelling close ends waiting enqueues as closed and waiting closes quietly (1.24)", arguments: 0...5)
  func cancellingClose(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let calls = [queue.enqueue(100), queue.enqueueMany([101, 102]), queue.close(), queue.close()]

    queue.closeCancelling()

    #expect(calls.map(queue.outcome) == [.closed, .closed, .done, .done])
    #expect(queue.isClosed)
    #expect(queue.added == Array(0..<capacity))
  }

  @Test("A cancelling close leaves waiting dequeues to the rules of a closed queue (1.24)")
  func cancellingCloseServesDequeues() {
    let queue = Queue(FIFOStore(capacity: 5))
    let calls = [queue.dequeueMany(3), queue.dequeueUpTo(3), queue.dequeue()]
    _ = queue.enqueueMany([1, 2])

    queue.closeCancelling()

    #expect(calls.map(queue.outcome) == [.endOfInput, .elements([1, 2]), .endOfInput])
  }

  @Test("What a cancelled enqueue of many had stored stays inside (1.25)", arguments: 1...5)
  func storedRowsStay(capacity: Int) {
    let queue = Queue(FIFOStore(capacity: capacity))
    let call = queue.enqueueMany(Array(0..<capacity + 3))

    queue.closeCancelling()

    #expect(queue.outcome(call) == .closed)
    #expect(queue.outcome(queue.dequeueMany(capacity)) == .elements(Array(0..<capacity)))
  }

  @Test("Closing again, in either way, returns quietly (1.26)")
  func closeTwice() {
    let queue = Queue(FIFOStore(capacity: 1))
    _ = queue.close()

    let again = queue.close()
    queue.closeCancelling()

    #expect(queue.outcome(again) == .done)
    #expect(queue.isClosed)
  }

  @Test(
    "After a close dequeues go on while enough is inside, then the input ends (1.27, 1.28)", arguments: 0...5)
  func drain(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    _ = queue.close()

    for element in 0..<capacity { #expect(queue.outcome(queue.dequeue()) == .elements([element])) }

    #expect(queue.outcome(queue.dequeue()) == .endOfInput)
    #expect(queue.outcome(queue.dequeueMany(1)) == .endOfInput)
    #expect(queue.outcome(queue.dequeueUpTo(1)) == .endOfInput)
  }

  @Test(
    "A dequeue of many that can no longer be filled puts back what it holds, in front and in order (1.29)")
  func putBack() {
    let queue = Queue(FIFOStore(capacity: 2))
    _ = queue.enqueueMany([1, 2])
    let many = queue.dequeueMany(4)
    let next = queue.dequeue()
    _ = queue.enqueue(3)
    #expect([many, next].map(queue.outcome) == [.waiting, .waiting])

    _ = queue.close()

    #expect([many, next].map(queue.outcome) == [.endOfInput, .elements([1])])
    #expect(queue.outcome(queue.dequeueMany(2)) == .elements([2, 3]))
  }

  @Test("A dequeue of up to a number waits for all of them while the queue is open (1.31)", arguments: 2...5)
  func upToWaits(count: Int) {
    let queue = Queue(FIFOStore(capacity: 1))
    let call = queue.dequeueUpTo(count)

    for element in 0..<count - 1 { _ = queue.enqueue(element) }
    #expect(queue.outcome(call) == .waiting)
    _ = queue.enqueue(count - 1)

    #expect(queue.outcome(call) == .elements(Array(0..<count)))
  }

  @Test("A dequeue of up to a number takes the rest of a closed queue (1.31)", arguments: 1...5, 1...5)
  func upToTakesRest(inside: Int, count: Int) {
    let queue = Self.fullQueue(capacity: inside)
    _ = queue.close()

    #expect(queue.outcome(queue.dequeueUpTo(count)) == .elements(Array(0..<min(inside, count))))
  }

  @Test("A waiting dequeue of up to a number returns what it holds when the queue closes (1.31)")
  func upToHoldsRest() {
    let queue = Queue(FIFOStore(capacity: 1))
    let call = queue.dequeueUpTo(4)
    _ = queue.enqueue(1)
    _ = queue.enqueue(2)

    _ = queue.close()

    #expect(queue.outcome(call) == .elements([1, 2]))
  }

  // MARK: Statistics

  @Test("The totals count what went in and out, put-backs taken off again")
  func counters() {
    let queue = Queue(FIFOStore(capacity: 3))
    _ = queue.enqueueMany([1, 2, 3])
    _ = queue.dequeue()
    queue.giveUp(queue.dequeueMany(9))

    #expect(queue.counters.enqueued == 3)
    #expect(queue.counters.dequeued == 1)
    #expect(queue.counters.samples == 2)
    #expect(queue.counters.sizeSum == 3 + 2)
  }
}
