import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A batch sequence", .timeLimit(.minutes(1)))
struct BatchSequenceTests {
  private let coordinator = Coordinator()

  @Test("gives the batches of a batcher to a task, then ends")
  func batches() async throws {
    let batcher = Batcher.batch(ExampleSource(one: try counting(to: 100)), batchSize: 10)
    try batcher.start(coordinator)

    var all: [Int] = []
    for try await batch in batcher.batches(coordinator) { all += batch }

    #expect(all == Array(0..<100))
    try end(coordinator)
  }

  @Test("takes a batch only when a task asks for one")
  func onDemand() async throws {
    let log = EventLog()
    let next = try counting(to: 10)
    let sequence = BatchSequence(coordinator) {
      log.add("taken")
      return next()
    }
    let iterator = sequence.makeAsyncIterator()
    #expect(log.all == [])

    #expect(try await iterator.next() == 0)
    #expect(try await iterator.next() == 1)

    #expect(log.count(of: "taken") == 2)
    coordinator.requestStop()
    try end(coordinator)
  }

  @Test("ends with the coordinator's error, once")
  func error() async throws {
    let next = try counting(to: 2)
    let source = ExampleSource(one: {
      guard let number = next() else { throw TestError(1) }
      return number
    })
    let batcher = Batcher.batch(source, batchSize: 3)
    try batcher.start(coordinator)
    let iterator = batcher.batches(coordinator).makeAsyncIterator()

    await #expect(throws: TestError(1)) { try await iterator.next() }

    #expect(try await iterator.next() == nil)
    #expect(throws: TestError(1)) { try coordinator.join() }
  }

  @Test("an error of taking a batch stops the coordinator")
  func errorOfNext() async throws {
    let iterator = BatchSequence<Int>(coordinator) { throw TestError(1) }.makeAsyncIterator()

    await #expect(throws: TestError(1)) { try await iterator.next() }

    #expect(throws: TestError(1)) { try coordinator.join() }
  }

  @Test("a stop ends a waiting task and the thread", arguments: [true, false])
  func stop(isWaiting: Bool) async throws {
    let queue = FIFOQueue<Int>(name: "batches", capacity: 1)
    let asked = Gate()
    coordinator.onStop { queue.close(cancelPendingEnqueues: true) }
    let sequence = BatchSequence(coordinator) {
      asked.open()
      return queue.dequeue()
    }
    if !isWaiting {
      try put(7, into: queue)
      #expect(try await sequence.makeAsyncIterator().next() == 7)
    }
    let task = Task { isWaiting ? try await sequence.makeAsyncIterator().next() : nil }
    if isWaiting { await arrival(at: asked) }

    coordinator.requestStop()

    #expect(try await task.value == nil)
    #expect(try await sequence.makeAsyncIterator().next() == nil)
    try end(coordinator, gracePeriod: .seconds(30))
  }

  @Test("cancelling a task ends its wait at once, and the batch goes to the next task")
  func cancellation() async throws {
    let queue = FIFOQueue<Int>(name: "batches", capacity: 1)
    let asked = Gate()
    let sequence = BatchSequence(coordinator) {
      asked.open()
      return queue.dequeue()
    }
    let cancelled = Task { try await sequence.makeAsyncIterator().next() }
    await arrival(at: asked)

    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }

    try put(7, into: queue)
    #expect(try await sequence.makeAsyncIterator().next() == 7)
    queue.close()
    #expect(try await sequence.makeAsyncIterator().next() == nil)
    try end(coordinator)
  }

  @Test("a task cancelled before it asks takes no batch")
  func cancelledBefore() async throws {
    let sequence = BatchSequence(coordinator, next: try counting(to: 5))
    let gate = Gate()
    let cancelled = Task {
      await arrival(at: gate)
      return try await sequence.makeAsyncIterator().next()
    }
    cancelled.cancel()
    gate.open()

    await #expect(throws: CancellationError.self) { try await cancelled.value }

    #expect(try await sequence.makeAsyncIterator().next() == 0)
    coordinator.requestStop()
    try end(coordinator)
  }

  @Test("several tasks share the batches: each goes to one of them")
  func severalTasks() async throws {
    let sequence = BatchSequence(coordinator, next: try counting(to: 500))

    let all = try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var taken: [Int] = []
          for try await number in sequence { taken.append(number) }
          return taken
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }

    #expect(all.sorted() == Array(0..<500))
    try end(coordinator)
  }

  @Test("the thread ends when the last reference goes, so that join does not wait for it")
  func abandoned() async throws {
    do {
      let iterator = BatchSequence(coordinator, next: try counting(to: 5)).makeAsyncIterator()
      #expect(try await iterator.next() == 0)
    }

    try end(coordinator)
    #expect(!coordinator.isStopRequested)
  }

  @Test("keeps its coordinator alive no longer than it is used")
  func letsGo() async throws {
    func use() async throws -> WeakCoordinator {
      let coordinator = Coordinator()
      for try await _ in BatchSequence(coordinator, next: try counting(to: 3)) {}
      try end(coordinator)
      return WeakCoordinator(coordinator: coordinator)
    }

    #expect(try await use().coordinator == nil)
  }

  private struct WeakCoordinator {
    weak var coordinator: Coordinator?
  }

  /// Waits for a gate that a pipeline thread opens, without holding up a thread of the cooperative pool.
  private func arrival(at gate: Gate) async {
    await withCheckedContinuation { continuation in
      let waiting = PipelineThread(name: "waiting") {
        gate.wait()
        continuation.resume()
      }
      #expect(throws: Never.self) { try waiting.start() }
    }
  }
}

/// Joins at the end of an asynchronous test, whose thread is blocked only as long as the others take to end.
private func end(
  _ coordinator: Coordinator, gracePeriod: Duration = Coordinator.defaultGracePeriod
) throws {
  try coordinator.join(gracePeriod: gracePeriod)
}

/// Enqueues without a wait, which a task may do and the compiler cannot know.
private func put(_ element: Int, into queue: FIFOQueue<Int>) throws {
  try queue.enqueue(element)
}
