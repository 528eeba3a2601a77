import Testing

@testable import InputPipeline

/// The rules for calls that give up, one by one and without threads; the numbers are those of docs/rules.md.
@Suite("Queue rules, calls that give up")
struct QueueGiveUpTests {
  private typealias Queue = QueueRulesTests.Queue

  @Test("A call that gives up leaves the queue open, and swallows no later element (1.33)")
  func giveUp() {
    let queue = Queue(FIFOStore(capacity: 1))
    let dequeue = queue.dequeue()
    queue.giveUp(dequeue)

    let enqueue = queue.enqueue(1)
    let waiting = queue.enqueue(2)
    queue.giveUp(waiting)

    #expect([dequeue, enqueue, waiting].map(queue.outcome) == [.gaveUp, .done, .gaveUp])
    #expect(!queue.isClosed && queue.size == 1)
    #expect(queue.outcome(queue.dequeue()) == .elements([1]))
  }

  @Test("A dequeue of many that gives up puts back what it holds, in front and in order (1.34)")
  func giveUpPutsBack() {
    let queue = Queue(FIFOStore(capacity: 2))
    _ = queue.enqueueMany([1, 2])
    let many = queue.dequeueMany(5)
    _ = queue.enqueueMany([3, 4])

    queue.giveUp(many)

    #expect(queue.size == 4, "what was inside a moment ago fits, whatever the capacity")
    #expect(queue.outcome(queue.enqueue(5)) == .waiting)
    #expect(queue.outcome(queue.dequeueMany(5)) == .elements([1, 2, 3, 4, 5]))
  }

  @Test("What an enqueue of many had stored before it gave up stays inside (1.34)")
  func giveUpKeepsStored() {
    let queue = Queue(FIFOStore(capacity: 2))
    let many = queue.enqueueMany([1, 2, 3])

    queue.giveUp(many)

    #expect(queue.outcome(queue.enqueue(4)) == .waiting)
    #expect(queue.outcome(queue.dequeueMany(3)) == .elements([1, 2, 4]))
  }

  @Test("When the first in line gives up, the next one runs (1.35)")
  func giveUpServesNext() {
    let queue = Queue(FIFOStore(capacity: 4))
    let many = queue.dequeueMany(3)
    let single = queue.dequeue()
    _ = queue.enqueue(1)

    queue.giveUp(many)
    #expect(queue.outcome(single) == .elements([1]))

    let closed = QueueRulesTests.fullQueue(capacity: 1)
    let enqueue = closed.enqueue(10)
    let close = closed.close()
    closed.giveUp(enqueue)
    #expect(closed.outcome(close) == .done && closed.isClosed)
  }

  @Test("A call that gives up in the middle of the line changes nothing for the others (1.33)")
  func giveUpInMiddle() {
    let queue = QueueRulesTests.fullQueue(capacity: 1)
    let calls = [queue.enqueue(10), queue.enqueue(11), queue.enqueue(12)]

    queue.giveUp(calls[1])

    #expect(queue.outcome(queue.dequeueMany(3)) == .elements([0, 10, 12]))
    #expect(calls.map(queue.outcome) == [.done, .gaveUp, .done])
  }
}
