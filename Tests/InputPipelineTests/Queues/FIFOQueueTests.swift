import Testing

@testable import InputPipeline

@Suite("First-in, first-out queue")
struct FIFOQueueTests {
  @Test("Elements leave in the order in which they came, in every layout (part 2)", arguments: 1...5)
  func everyLayout(capacity: Int) {
    for offset in 0..<2 * capacity {
      for count in 0...capacity {
        let queue = FIFOQueue<Int>(name: "q", capacity: capacity)
        for _ in 0..<offset {
          #expect(throws: Never.self) { try queue.enqueue(-1) }
          #expect(queue.dequeue() == -1)
        }

        #expect(throws: Never.self) { try queue.enqueueMany(Array(0..<count)) }

        #expect(queue.size == count)
        #expect(queue.dequeueMany(count / 2) == Array(0..<count / 2))
        for element in count / 2..<count { #expect(queue.dequeue() == element) }
      }
    }
  }

  @Test("Any mixture of single and many calls keeps the order (part 2)", arguments: 1...5)
  func mixture(capacity: Int) {
    let generator = CounterGenerator(key: UInt64(capacity))
    let queue = SteppedQueue(FIFOStore<Int>(capacity: capacity))
    var next = 0
    var calls: [Call] = []

    for step in 0..<UInt64(2_000) {
      let count = Int(generator.integer(below: 4, at: 2 * step))
      switch generator.integer(below: 5, at: 2 * step + 1) {
      case 0:
        _ = queue.enqueue(next)
        next += 1
      case 1:
        _ = queue.enqueueMany(Array(next..<next + count))
        next += count
      case 2: calls.append(queue.dequeue())
      case 3: calls.append(queue.dequeueMany(count))
      default: calls.append(queue.dequeueUpTo(count))
      }
    }
    queue.closeCancelling()

    let delivered = calls.flatMap { call -> [Int] in
      if case .elements(let elements) = queue.outcome(call) { elements } else { [] }
    }
    #expect(delivered == Array(0..<delivered.count))
    #expect(delivered.count > 500)
  }

  @Test("The queue tells its name, capacity, size, state and statistics")
  func properties() throws {
    let queue = FIFOQueue<String>(name: "names", capacity: 3)
    try queue.enqueueMany(["a", "b"])
    _ = queue.dequeue()
    queue.close()

    #expect(queue.name == "names")
    #expect(queue.capacity == 3)
    #expect(queue.size == 1)
    #expect(queue.isClosed)
    #expect(queue.statistics.enqueuedCount == 2)
    #expect(queue.statistics.dequeuedCount == 1)
    #expect(queue.statistics.meanOccupancy == 2)
    #expect(FIFOQueue<Int>(name: "unbounded", capacity: .max).capacity == .max)
  }

  @Test("A negative capacity traps: there is nothing it could mean (1.10)")
  func negativeCapacity() async {
    await #expect(processExitsWith: .failure) {
      _ = FIFOQueue<Int>(name: "q", capacity: -1)
    }
  }

  @Test("A negative number of elements traps (1.12)")
  func negativeCount() async {
    await #expect(processExitsWith: .failure) { Self.take { $0.dequeueMany(-1) } }
    await #expect(processExitsWith: .failure) { Self.take { $0.dequeueUpTo(-1) } }
  }

  /// Asks an empty queue, outside of the task that the test is.
  private static func take(_ elements: (FIFOQueue<Int>) -> [Int]?) {
    _ = elements(FIFOQueue(name: "q", capacity: 1))
  }
}
