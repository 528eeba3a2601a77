import InputPipeline
import PipeTestSupport
import Testing

@Suite("A batcher", .timeLimit(.minutes(1)))
struct BatcherTests {
  private let coordinator = Coordinator()

  /// Runs `batcher` to its end and returns its batches.
  private func drain<Element>(_ batcher: Batcher<Element>) throws -> [[Element]] {
    try batcher.start(coordinator)
    let batches = Array(batcher)
    try coordinator.join()
    return batches
  }

  private func source(to limit: Int) throws -> ExampleSource<Int> {
    ExampleSource(one: try counting(to: limit))
  }

  @Test("keeps the order of the input with one thread (9.2)")
  func inOrder() throws {
    let batches = try drain(.batch(source(to: 6), batchSize: 2))

    #expect(batches == [[0, 1], [2, 3], [4, 5]])
  }

  @Test("drops a short rest unless told otherwise, and says how much is left (9.8)")
  func dropsRest() throws {
    let batcher = Batcher.batch(try source(to: 8), batchSize: 3)

    #expect(try drain(batcher) == [[0, 1, 2], [3, 4, 5]])
    #expect(batcher.queue.size == 2)
    #expect(batcher.next() == nil)
  }

  @Test("keeps a short rest as the last batch on request (9.8)", arguments: [7, 8, 9])
  func keepsRest(count: Int) throws {
    let batches = try drain(.batch(source(to: count), batchSize: 3, keepsSmallerFinalBatch: true))

    #expect(batches.map(\.count) == [3, 3, count - 6])
    #expect(batches.flatMap(\.self) == Array(0..<count))
  }

  @Test("gives examples of several components as columns too (9.7)")
  func columns() throws {
    let numbers = try counting(to: 4)
    let batcher = Batcher.batch(
      ExampleSource(one: { numbers().map { ($0, "number \($0)") } }), batchSize: 2)
    try batcher.start(coordinator)

    let (counts, names) = try #require(batcher.next()).columns()

    #expect(counts == [0, 1])
    #expect(names == ["number 0", "number 1"])
    coordinator.requestStop()
    try coordinator.join()
  }

  @Test(
    "says that its queue is full, never more, also where a dequeue has put back more than the capacity (9.12)"
  )
  func neverOverfull() throws {
    let gate = Gate()
    let numbers = try counting(to: 20)
    let source = ExampleSource<Int>(one: {
      if let number = numbers() { return number }
      gate.wait()
      return nil
    })
    let batcher = Batcher.batch(source, batchSize: 9, capacity: 4)
    try batcher.start(coordinator)

    #expect(throws: QueueError.deadlineExceeded(queue: "batch")) {
      _ = try batcher.queue.dequeueMany(1000, timeout: .milliseconds(100))
    }
    #expect(batcher.queue.size > 4)
    #expect(batcher.fractionFull == 1)

    gate.open()
    coordinator.requestStop()
    try coordinator.join()
  }

  @Test("works with batches larger than the capacity (1.6)")
  func largerThanCapacity() throws {
    let batches = try drain(.batch(source(to: 100), batchSize: 50, capacity: 4))

    #expect(batches == [Array(0..<50), Array(50..<100)])
  }

  @Test("loses and doubles nothing with several threads", arguments: [1, 4])
  func severalThreads(threads: Int) throws {
    let batches = try drain(
      .batch(source(to: 5000), batchSize: 7, threads: threads, keepsSmallerFinalBatch: true))

    #expect(batches.flatMap(\.self).sorted() == Array(0..<5000))
    #expect(batches.dropLast().allSatisfy { $0.count == 7 })
  }

  @Test("runs one thread for each joined source and keeps the order of each (9.2)")
  func joined() throws {
    let sources = try (0..<3).map { number in
      let next = try counting(to: 200)
      return ExampleSource(one: { next().map { "\(number) \($0)" } })
    }
    let batcher = Batcher.batchJoin(sources, batchSize: 5)

    let all = try drain(batcher).flatMap(\.self)

    for number in 0..<3 {
      #expect(all.filter { $0.hasPrefix("\(number) ") } == (0..<200).map { "\(number) \($0)" })
    }
    #expect(batcher.queue.capacity == 32)
    #expect(all.count == 600)
  }

  @Test("shuffles: all examples once, in another order (9.2)", arguments: [1, 3])
  func shuffles(threads: Int) throws {
    let batches = try drain(
      .shuffleBatch(
        source(to: 1000), batchSize: 10, capacity: 130, minAfterDequeue: 100, seed: 3, threads: threads))

    let all = batches.flatMap(\.self)
    #expect(all.sorted() == Array(0..<1000))
    #expect(all != Array(0..<1000))
    // What comes out first was among the first to go in, by how much fits in the queue and into one batch.
    #expect(batches[0].allSatisfy { $0 < 140 + threads })
  }

  @Test("shuffles several joined sources together (9.2)")
  func shufflesJoined() throws {
    let sources = try (0..<2).map { number in
      let next = try counting(to: 100)
      return ExampleSource(one: { next().map { $0 * 2 + number } })
    }

    let batches = try drain(
      .shuffleBatchJoin(
        sources, batchSize: 8, capacity: 50, minAfterDequeue: 20, keepsSmallerFinalBatch: true))

    #expect(batches.flatMap(\.self).sorted() == Array(0..<200))
  }

  @Test("a minimum that is not below the capacity is refused (9.2)", arguments: [10, 11, -1])
  func minimumNotBelowCapacity(minimum: Int) {
    #expect(
      throws: QueueError.minimumNotBelowCapacity(
        queue: "shuffle_batch", minAfterDequeue: minimum, capacity: 10)
    ) {
      try Batcher.shuffleBatch(
        ExampleSource<Int>(one: { nil }), batchSize: 1, capacity: 10, minAfterDequeue: minimum)
    }
  }

  @Test("a batch that does not come in time leaves its examples in the queue")
  func deadline() throws {
    let gate = Gate()
    let next = try counting(to: 4)
    let batcher = Batcher.batch(
      ExampleSource(one: {
        let number = next()
        if number == 2 { gate.wait() }
        return number
      }), batchSize: 3)
    try batcher.start(coordinator)
    gate.waitForArrivals(1)

    #expect(throws: QueueError.deadlineExceeded(queue: "batch")) {
      try batcher.next(deadline: .now + .milliseconds(5))
    }

    gate.open()
    #expect(try batcher.next(deadline: .now + .seconds(30)) == [0, 1, 2])
    try coordinator.join()
  }

  @Test("a stop ends a full batcher and a waiting consumer", arguments: [true, false])
  func stop(isFull: Bool) throws {
    let gate = Gate()
    let batcher = Batcher.batch(
      ExampleSource(one: {
        if !isFull { gate.wait() }
        return 1
      }), batchSize: 3, threads: 2, capacity: 2)
    try batcher.start(coordinator)
    let consumer = PipelineThread(name: "consumer") {
      if !isFull { #expect(batcher.next() == nil) }
    }
    try consumer.start()
    if !isFull { gate.waitForArrivals(2) }

    coordinator.requestStop()
    consumer.join()
    gate.open()

    try coordinator.join()
  }

  @Test("tells how full its queue is, under TensorFlow's names (9.2)")
  func fractionFull() throws {
    let plain = Batcher.batch(try source(to: 8), batchSize: 8)
    let shuffling = try Batcher.shuffleBatch(
      source(to: 25), batchSize: 5, capacity: 40, minAfterDequeue: 20)
    #expect(shuffling.fractionFull == 0)

    try plain.start(coordinator)
    try shuffling.start(coordinator)
    try coordinator.join()

    #expect(plain.fractionFull == 0.25)
    #expect(plain.fractionFullName == "fraction_of_32_full")
    #expect(shuffling.fractionFull == 0.25)
    #expect(shuffling.fractionFullName == "fraction_over_20_of_20_full")
    _ = shuffling.next()
    _ = shuffling.next()
    #expect(shuffling.fractionFull == 0)
  }

  @Test("batches of a batcher can be batched again (9.7)")
  func rebatching() throws {
    let inner = Batcher.batch(try source(to: 12), batchSize: 3)
    let outer = Batcher.batch(ExampleSource(many: { inner.next() }), batchSize: 4)

    try inner.start(coordinator)

    #expect(try drain(outer) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
  }
}
