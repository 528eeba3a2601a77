import Platform
import PipeTestSupport
import Testing

@testable import InputPipeline

/// What the threads see of the rules: who sleeps, who is woken, and what a deadline does.
@Suite("Queue with threads", .timeLimit(.minutes(1)))
struct StoredQueueTests {
  typealias Queue = FIFOQueue<Int>

  /// A queue that holds the elements 0, 1, … up to its capacity.
  static func fullQueue(capacity: Int) -> Queue {
    let queue = Queue(name: "q", capacity: capacity)
    if capacity > 0 { #expect(throws: Never.self) { try queue.enqueueMany(Array(0..<capacity)) } }
    return queue
  }

  /// A moment that comes soon; none of the tests that use it can be right by the speed of the machine alone.
  static var soon: ContinuousClock.Instant { .now + .milliseconds(20) }

  // MARK: Blocking and waking

  @Test("A producer sleeps while the queue is full, and the next dequeue wakes it (1.3)", arguments: 1...5)
  func producerWaits(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let producer = Background { error { () throws(QueueError) in try queue.enqueue(100) } }
    queue.awaitWaiting(enqueues: 1)
    #expect(!producer.isDone)

    #expect(queue.dequeue() == 0)

    #expect(producer.value == nil)
    #expect(queue.size == capacity)
    #expect(queue.statistics.enqueueWaitCount == 1)
    #expect(queue.statistics.enqueueWait > .zero)
  }

  @Test("A consumer sleeps while the queue is empty, and the next enqueue wakes it (1.3)")
  func consumerWaits() throws {
    let queue = Queue(name: "q", capacity: 1)
    let consumer = Background { queue.dequeue() }
    queue.awaitWaiting(dequeues: 1)
    #expect(!consumer.isDone)

    try queue.enqueue(7)

    #expect(consumer.value == 7)
    #expect(queue.statistics.dequeueWaitCount == 1)
    #expect(queue.statistics.dequeueWait > .zero)
  }

  @Test("Each element wakes the consumer that waited longest (1.3)")
  func consumersInOrder() throws {
    let queue = Queue(name: "q", capacity: 3)
    var consumers: [Background<Int?>] = []
    for waiting in 1...3 {
      consumers.append(Background { queue.dequeue() })
      queue.awaitWaiting(dequeues: waiting)
    }

    for element in 0..<3 {
      try queue.enqueue(element)
      #expect(consumers[element].value == element)
    }
  }

  @Test("One enqueue of many serves all who wait (1.3)")
  func oneEventWakesAll() throws {
    let queue = Queue(name: "q", capacity: 1)
    let consumers = (0..<4).map { _ in Background { queue.dequeue() } }
    queue.awaitWaiting(dequeues: 4)

    try queue.enqueueMany([1, 2, 3, 4])

    #expect(consumers.compactMap(\.value).sorted() == [1, 2, 3, 4])
  }

  @Test("More than the capacity goes through in one call on either side (1.6)", arguments: 1...5)
  func moreThanCapacity(capacity: Int) {
    let queue = Queue(name: "q", capacity: capacity)
    let producer = Background { error { () throws(QueueError) in try queue.enqueueMany(Array(0..<100)) } }

    let half = queue.dequeueMany(50)
    let rest = queue.dequeueUpTo(50)

    #expect(half == Array(0..<50))
    #expect(rest == Array(50..<100))
    #expect(producer.value == nil)
  }

  // MARK: Closing

  @Test("A plain close waits for the enqueues before it; consumers then drain the queue (1.22, 1.27, 1.28)")
  func plainClose() {
    let queue = Self.fullQueue(capacity: 1)
    let producer = Background { error { () throws(QueueError) in try queue.enqueue(1) } }
    queue.awaitWaiting(enqueues: 1)
    let closer = Background { queue.close() }
    queue.awaitWaiting(enqueues: 2)
    #expect(!queue.isClosed && !closer.isDone)
    #expect(
      error { () throws(QueueError) in try queue.enqueue(9) } == .closed(queue: "q"), "behind it (1.23)")

    let drained = [queue.dequeue(), queue.dequeue(), queue.dequeue(), queue.dequeue()]

    #expect(drained == [0, 1, nil, nil])
    #expect(producer.value == nil)
    closer.value
    #expect(queue.isClosed)
  }

  @Test(
    "A close wakes consumers that no element can reach any more (1.28, 1.29, 1.31)", arguments: [true, false])
  func closeWakesConsumers(isCancelling: Bool) throws {
    let queue = Queue(name: "q", capacity: 2)
    let many = Background { queue.dequeueMany(3) }
    queue.awaitWaiting(dequeues: 1)
    let rest = Background { queue.dequeueUpTo(3) }
    queue.awaitWaiting(dequeues: 2)
    let single = Background { queue.dequeue() }
    queue.awaitWaiting(dequeues: 3)
    try queue.enqueueMany([1, 2])

    queue.close(cancelPendingEnqueues: isCancelling)

    #expect(many.value == nil)
    #expect(rest.value == [1, 2])
    #expect(single.value == nil)
  }

  @Test("A cancelling close wakes all waiting producers and plain closes (1.24)", arguments: 0...5)
  func cancellingClose(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let producers = (0..<3).map { number in
      Background { error { () throws(QueueError) in try queue.enqueueMany([number, number]) } }
    }
    queue.awaitWaiting(enqueues: 3)
    let closers = (0..<2).map { _ in Background { queue.close() } }
    queue.awaitWaiting(enqueues: 5)

    queue.close(cancelPendingEnqueues: true)

    for producer in producers { #expect(producer.value == .closed(queue: "q")) }
    for closer in closers { closer.value }
    #expect(queue.size == capacity)
    #expect(queue.isClosed)
  }

  @Test("An enqueue of many that fails says how many of its elements are inside (1.25)")
  func storedCount() throws {
    let queue = FIFOQueue<Int>(name: "q", capacity: 3)
    let late = error { () throws(QueueError) in
      try queue.enqueueMany([1, 2, 3, 4, 5], timeout: .milliseconds(20))
    }
    let closed = Background {
      error { () throws(QueueError) in
        _ = queue.dequeueMany(2)
        try queue.enqueueMany([6, 7, 8])
      }
    }
    queue.awaitWaiting(enqueues: 1)

    queue.close(cancelPendingEnqueues: true)

    #expect(late == .deadlineExceeded(queue: "q", storedCount: 3))
    #expect(closed.value == .closed(queue: "q", storedCount: 2))
    #expect("\(late!)" == "queue 'q': deadline exceeded, the first 3 elements are stored")
  }

  // MARK: Cancellation

  @Test("A cancelled wait ends, alone, and swallows no element (1.33, 1.34)")
  func cancelOneWait() throws {
    let queue = FIFOQueue<Int>(name: "q", capacity: 3)
    let cancellation = WaitCancellation()
    let cancelled = Background {
      error { () throws(QueueError) in
        _ = try queue.dequeueAvailable(atLeast: 2, atMost: 2, cancellation: cancellation)
      }
    }
    queue.awaitWaiting(dequeues: 1)
    let other = Background { queue.dequeueMany(2) }
    queue.awaitWaiting(dequeues: 2)
    try queue.enqueue(1)

    cancellation.cancel()

    #expect(cancelled.value == .cancelled(queue: "q"))
    try queue.enqueue(2)
    #expect(other.value == [1, 2], "what the cancelled dequeue had taken is put back")
    #expect(
      error { () throws(QueueError) in
        try queue.enqueueMany([3, 4, 5, 6], cancellation: cancellation)
      } == .cancelled(queue: "q", storedCount: 3), "a later call ends where it would wait")
  }

  // MARK: Deadlines

  @Test(
    "An enqueue gives up at its deadline, not before, and leaves the queue as it was (1.33)", arguments: 0...5
  )
  func enqueueDeadline(capacity: Int) {
    let queue = Self.fullQueue(capacity: capacity)
    let deadline = Self.soon

    let found = error { () throws(QueueError) in try queue.enqueue(100, deadline: deadline) }

    #expect(ContinuousClock.now >= deadline)
    #expect(found == .deadlineExceeded(queue: "q"))
    #expect(queue.size == capacity && !queue.isClosed)
  }

  @Test("What an enqueue of many had stored before its deadline stays inside (1.34)")
  func enqueueManyDeadline() {
    let queue = Queue(name: "q", capacity: 2)

    let found = error { () throws(QueueError) in try queue.enqueueMany([1, 2, 3], deadline: Self.soon) }

    #expect(found == .deadlineExceeded(queue: "q", storedCount: 2))
    #expect(queue.dequeueMany(2) == [1, 2])
  }

  @Test("A dequeue gives up at its deadline and swallows no later element (1.33)", arguments: [0, 1, 5])
  func dequeueDeadline(capacity: Int) throws {
    let queue = Queue(name: "q", capacity: capacity)
    let deadline = Self.soon

    let found = error { () throws(QueueError) in _ = try queue.dequeue(deadline: deadline) }

    #expect(ContinuousClock.now >= deadline)
    #expect(found == .deadlineExceeded(queue: "q"))
    if capacity > 0 {
      try queue.enqueue(1)
      #expect(queue.dequeue() == 1)
    }
  }

  @Test("A dequeue of many puts back at its deadline what it holds (1.34)")
  func dequeueManyDeadline() throws {
    let queue = Queue(name: "q", capacity: 2)
    try queue.enqueueMany([1, 2])

    let found = error { () throws(QueueError) in _ = try queue.dequeueMany(3, deadline: Self.soon) }
    let foundUpTo = error { () throws(QueueError) in _ = try queue.dequeueUpTo(3, deadline: Self.soon) }

    #expect([found, foundUpTo] == [.deadlineExceeded(queue: "q"), .deadlineExceeded(queue: "q")])
    #expect(queue.dequeueMany(2) == [1, 2])
  }

  @Test("A producer that gives up lets the close behind it take effect (1.35)")
  func deadlineServesNext() {
    let queue = Self.fullQueue(capacity: 1)
    let producer = Background {
      error { () throws(QueueError) in try queue.enqueue(1, deadline: .now + .milliseconds(100)) }
    }
    queue.awaitWaiting(enqueues: 1)

    queue.close()

    #expect(producer.value == .deadlineExceeded(queue: "q"))
    #expect(queue.isClosed)
  }

  @Test("A deadline that has passed does not matter to a call that need not wait")
  func deadlineInThePast() throws {
    let queue = Queue(name: "q", capacity: 2)
    let past = ContinuousClock.now - .seconds(1)

    try queue.enqueueMany([1, 2], deadline: past)

    #expect(try queue.dequeue(deadline: past) == 1)
    #expect(try queue.dequeueMany(1, deadline: past) == [2])
    #expect(throws: QueueError.deadlineExceeded(queue: "q")) { try queue.dequeue(deadline: past) }
  }

  @Test("A deadline centuries away waits like none")
  func deadlineFarAway() throws {
    let queue = Queue(name: "q", capacity: 1)
    let consumer = Background {
      error { () throws(QueueError) in _ = try queue.dequeue(deadline: .now + .seconds(10_000_000_000)) }
    }
    queue.awaitWaiting(dequeues: 1)

    try queue.enqueue(1)

    #expect(consumer.value == nil)
  }
}

/// The error that `body` throws, or `nil`.
func error(_ body: () throws(QueueError) -> Void) -> QueueError? {
  do throws(QueueError) {
    try body()
    return nil
  } catch {
    return error
  }
}

extension StoredQueue where Store: ~Copyable {
  /// Waits until so many calls wait in the two lines.
  func awaitWaiting(enqueues: Int = 0, dequeues: Int = 0) {
    while rules.withLock({ $0.enqueueRequests.count != enqueues || $0.dequeueRequests.count != dequeues }) {
      sched_yield()
    }
  }
}
