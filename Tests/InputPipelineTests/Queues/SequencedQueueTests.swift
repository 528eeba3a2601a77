import Platform
import PipeTestSupport
import Testing

@testable import InputPipeline

@Suite("Sequenced queue", .timeLimit(.minutes(1)))
struct SequencedQueueTests {
  // MARK: Rules without threads

  @Test("Elements leave in the order of their numbers, in every order of coming", arguments: 1...5)
  func everyOrder(capacity: Int) {
    let count = Interleavings.walk { choices in
      var rules = SequenceRules<Int>(capacity: capacity)
      var outside = Array(0..<5)
      var taken: [Int] = []
      while taken.count < 5 {
        // The next event: the consumer, if there is something for it, or one of the elements that find room.
        let able = outside.filter { $0 < rules.next + capacity }
        let canTake = !outside.contains(rules.next)
        let choice = choices.choose(among: able.count + (canTake ? 1 : 0))
        if choice < able.count {
          expect(rules.enqueueNow(able[choice], at: able[choice]) == .early, "there is room")
          outside.removeAll { $0 == able[choice] }
        } else if case .element(let element, _)? = rules.dequeueNow() {
          taken.append(element)
        } else {
          return expect(false, "number \(rules.next) is inside, after \(choices.history)")
        }
      }
      expect(taken == [0, 1, 2, 3, 4], "\(taken) after \(choices.history)")
    }

    // With room for all five, 9 * 7 * 5 * 3 * 1: each element anywhere before its own departure.
    #expect(count == [1, 41, 217, 561, 945][capacity - 1])
  }

  @Test("An element waits outside while its number is a capacity ahead", arguments: 1...5)
  func room(capacity: Int) {
    var rules = SequenceRules<Int>(capacity: capacity)

    for number in 1..<max(2, capacity) where number < capacity {
      #expect(rules.enqueueNow(number, at: number) == .early)
    }
    #expect(rules.enqueueNow(capacity, at: capacity) == nil)
    #expect(rules.count == capacity - 1)
    #expect(rules.enqueueNow(0, at: 0) == .early)

    if case .element(let element, let place)? = rules.dequeueNow() {
      #expect(element == 0 && place == 0)
    } else {
      Issue.record("number 0 can leave")
    }
    #expect(rules.enqueueNow(capacity, at: capacity) != nil)
  }

  @Test("Who waits for two is told when both are there, in whichever order they came")
  func pairs() {
    for order in [[0, 1], [1, 0]] {
      var rules = SequenceRules<Int>(capacity: 3)
      rules.awaitedCount = 2
      #expect(rules.enqueueNow(order[0], at: order[0]) == .early)
      #expect(rules.dequeueNow(ofAtLeast: 2) == nil)
      #expect(rules.enqueueNow(2, at: 2) == .early)
      #expect(rules.enqueueNow(order[1], at: order[1]) == .awaited)
      #expect(rules.dequeueNow(ofAtLeast: 2) != nil)
    }
    // Where there is room for one, one is enough; and after a close, too.
    var narrow = SequenceRules<Int>(capacity: 1)
    narrow.awaitedCount = 2
    #expect(narrow.enqueueNow(0, at: 0) == .awaited)
    var closed = SequenceRules<Int>(capacity: 3)
    #expect(closed.enqueueNow(0, at: 0) == .early)
    closed.close(cancelPendingEnqueues: false)
    #expect(closed.dequeueNow(ofAtLeast: 2) != nil)
  }

  @Test("Patience for a second element ends, and then one is enough")
  func patience() throws {
    let queue = SequencedQueue<Int>(name: "ready", capacity: 3)
    let taken = Background { try? queue.dequeue(patience: .milliseconds(5)) }
    try queue.enqueue(7, at: 0)

    #expect(taken.value == 7)
    #expect(!queue.isNextReady)
    #expect(throws: QueueError.deadlineExceeded(queue: "ready")) {
      try queue.dequeue(deadline: .now + .milliseconds(5), patience: .seconds(100))
    }
    try queue.enqueue(8, at: 1)
    #expect(queue.isNextReady)
    #expect(try queue.dequeue(patience: .seconds(100)) == 8)
  }

  @Test("After a plain close pending enqueues may finish, new ones are refused, and then the input ends")
  func plainClose() {
    var rules = SequenceRules<Int>(capacity: 1)
    _ = rules.enqueueNow(0, at: 0)
    #expect(rules.enqueueNow(1, at: 1) == nil)

    rules.close(cancelPendingEnqueues: false)

    #expect(rules.enqueueNow(2, at: 2) == .closed)
    #expect(rules.dequeueNow() != nil)
    #expect(rules.dequeueNow() == nil, "number 1 may still come")
    #expect(rules.enqueueNow(1, at: 1) == .early)
    #expect(rules.dequeueNow() != nil)
    #expect({ if case .endOfInput? = rules.dequeueNow() { true } else { false } }())
  }

  // MARK: With threads

  @Test(
    "Two elements that wait for one place both come in, whichever waited first",
    arguments: [[2, 1], [1, 2]])
  func twoForOnePlace(order: [Int]) throws {
    let queue = SequencedQueue<Int>(name: "q", capacity: 1)
    try queue.enqueue(0, at: 0)
    var producers: [Background<QueueError?>] = []
    for (waiting, number) in order.enumerated() {
      producers.append(
        Background { error { () throws(QueueError) in try queue.enqueue(number, at: number) } })
      while queue.rules.withLock({ $0.pending.count != waiting + 1 }) { sched_yield() }
    }

    let taken = [try queue.dequeue(), try queue.dequeue(), try queue.dequeue()]

    #expect(taken == [0, 1, 2])
    #expect(producers.map(\.value) == [nil, nil])
  }

  @Test("A cancelling close ends the waits on both sides")
  func cancellingClose() throws {
    let queue = SequencedQueue<Int>(name: "q", capacity: 1)
    let consumer = Background { try? queue.dequeue() }
    let producers = (1...3).map { number in
      Background { error { () throws(QueueError) in try queue.enqueue(number, at: number) } }
    }
    while queue.rules.withLock({ $0.pending.count != 3 }) { sched_yield() }

    queue.close(cancelPendingEnqueues: true)

    #expect(producers.map(\.value) == [.closed(queue: "q"), .closed(queue: "q"), .closed(queue: "q")])
    #expect(consumer.value == .some(nil))
  }

  @Test("Workers that finish in any order give one order", arguments: [1, 2, 5, 16], [1, 4, 16])
  func workers(capacity: Int, threads: Int) throws {
    let queue = SequencedQueue<Int>(name: "q", capacity: capacity)
    let numbers = FIFOQueue<Int>(name: "numbers", capacity: 4)
    let workers = (0..<threads).map { _ in
      Background {
        while let number = numbers.dequeue() {
          if number % 3 == 0 { sched_yield() }
          if error({ () throws(QueueError) in try queue.enqueue(number, at: number) }) != nil { return false }
        }
        return true
      }
    }
    let feeder = Background { error { () throws(QueueError) in try numbers.enqueueMany(Array(0..<500)) } }

    for expected in 0..<500 { #expect(try queue.dequeue() == expected) }

    #expect(feeder.value == nil)
    numbers.close()
    #expect(workers.map(\.value) == Array(repeating: true, count: threads))
  }

  @Test("A dequeue gives up at its deadline, and the element it waited for still comes")
  func deadline() throws {
    let queue = SequencedQueue<Int>(name: "q", capacity: 2)

    #expect(throws: QueueError.deadlineExceeded(queue: "q")) {
      try queue.dequeue(deadline: .now + .milliseconds(5))
    }
    try queue.enqueue(1, at: 1)
    try queue.enqueue(0, at: 0)

    #expect(try queue.dequeue() == 0)
    #expect(try queue.dequeue() == 1)
  }
}
