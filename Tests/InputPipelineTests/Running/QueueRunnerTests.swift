import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

/// A queue that holds nothing and writes down how it was closed.
private final class LoggedQueue: Closable {
  let name = "names"
  let log = EventLog()
  let cancelled = Gate()

  func close(cancelPendingEnqueues: Bool) {
    log.add(cancelPendingEnqueues ? "cancel" : "close")
    if cancelPendingEnqueues { cancelled.open() }
  }
}

@Suite("A queue runner", .timeLimit(.minutes(1)))
struct QueueRunnerTests {
  private let queue = LoggedQueue()
  private let coordinator = Coordinator()
  private var log: EventLog { queue.log }

  @Test("names its threads after the queue and registers them (8.2, 8.3)")
  func names() throws {
    let gate = Gate()
    let operation: QueueRunner.Operation = {
      gate.wait()
      return false
    }

    let threads = try QueueRunner(queue: queue, operations: [operation, operation]).start(coordinator)
    gate.waitForArrivals(2)
    coordinator.requestStop()

    let names = ["QueueRunnerThread-names-0", "QueueRunnerThread-names-1"]
    #expect(threads.map(\.name) == names)
    #expect(throws: ThreadError.stillRunning(threads: names)) {
      try coordinator.join(gracePeriod: .milliseconds(1))
    }
    gate.open()
    for thread in threads { thread.join() }
  }

  @Test("the last thread to come to the end of input closes the queue, and tells nobody (8.4)")
  func lastOneCloses() throws {
    let gate = Gate()
    let threads = try QueueRunner(
      queue: queue,
      operations: [
        { false },
        {
          gate.wait()
          return false
        },
      ]
    ).start(coordinator)
    threads[0].join()
    #expect(log.all == [])

    gate.open()
    try coordinator.join()

    #expect(log.all == ["close"])
    #expect(!coordinator.isStopRequested)
  }

  @Test("join ends by itself after a normal end of input: no thread waits for a stop (8.9)")
  func joinEndsByItself() throws {
    try QueueRunner(queue: queue, operations: [{ false }]).start(coordinator)

    try coordinator.join()

    #expect(!coordinator.isStopRequested)
  }

  @Test("a stop ends the threads and closes with cancelling, once and without the other closing (8.4, 8.6)")
  func stopCancels() throws {
    let gate = Gate()
    try QueueRunner(
      queue: queue,
      operations: [
        {
          gate.wait()
          return true
        }
      ]
    ).start(coordinator)
    gate.waitForArrivals(1)

    coordinator.requestStop()
    gate.open()
    try coordinator.join()

    #expect(log.all == ["cancel"])
  }

  @Test("an error of an operation stops everything and comes out of join (8.5)")
  func realError() throws {
    try QueueRunner(
      queue: queue, operations: [{ throw TestError(1) }, { [coordinator] in !coordinator.waitForStop() }]
    ).start(coordinator)

    #expect(throws: TestError(1)) { try coordinator.join() }
    #expect(log.all == ["cancel"] || log.all == ["cancel", "close"])
  }

  @Test("the closed queue that follows from a stop is not reported (8.7)")
  func consequenceIsDropped() throws {
    let waiting = Gate()
    try QueueRunner(
      queue: queue,
      operations: [
        {
          waiting.open()
          queue.cancelled.wait()
          throw QueueError.closed(queue: "names")
        }
      ]
    ).start(coordinator)
    waiting.wait()

    coordinator.requestStop()

    try coordinator.join()
    #expect(coordinator.lateErrors.isEmpty)
  }

  @Test("an error of a thread that outlived the join is kept (8.7, 7.4)")
  func errorAfterJoin() throws {
    let gate = Gate()
    let threads = try QueueRunner(
      queue: queue,
      operations: [
        {
          gate.wait()
          throw TestError(1)
        }
      ]
    ).start(coordinator)
    gate.waitForArrivals(1)
    coordinator.requestStop()
    try coordinator.join(gracePeriod: .zero, ignoringStragglers: true)

    gate.open()
    for thread in threads { thread.join() }

    #expect(coordinator.lateErrors as? [TestError] == [TestError(1)])
  }

  @Test("a thread that ended by an error is not the one that closes in order (8.8)")
  func erringLastThreadDoesNotClose() throws {
    let gate = Gate()
    let threads = try QueueRunner(
      queue: queue,
      operations: [
        { false },
        {
          gate.wait()
          throw TestError(1)
        },
      ]
    ).start(coordinator)
    threads[0].join()

    gate.open()

    #expect(throws: TestError(1)) { try coordinator.join() }
    #expect(log.all == ["cancel"])
  }

  @Test("a second start does nothing while threads run, and works again when all have ended (8.10)")
  func secondStart() throws {
    let gate = Gate()
    let runner = QueueRunner(
      queue: queue,
      operations: [
        {
          gate.wait()
          return false
        }
      ])
    let first = try runner.start(coordinator)

    #expect(try runner.start(coordinator).isEmpty)
    gate.open()
    first[0].join()

    let second = try runner.start(coordinator)
    #expect(second.count == 1 && second[0] !== first[0])
    try coordinator.join()
  }

  /// A way to start threads that is refused from the third on, after `beforeRefusal`.
  private func refusingThird(_ beforeRefusal: @escaping @Sendable () -> Void = {}) -> ThreadStarter {
    let starts = Monitor(0)
    return ThreadStarter { (name, size, main) throws(Errno) in
      let count = starts.withLock { count in
        count += 1
        return count
      }
      guard count < 3 else {
        beforeRefusal()
        throw .resourceTemporarilyUnavailable
      }
      return try ThreadStarter.system.start(name, size, main)
    }
  }

  @Test("when the third thread cannot be started, the queue is cancelled and the error kept (B28)")
  func thirdThreadRefused() throws {
    let runner = QueueRunner(queue: queue, threads: 4) { [coordinator] in !coordinator.waitForStop() }
    let refusal = ThreadError.cannotStart(
      thread: "QueueRunnerThread-names-2", errno: .resourceTemporarilyUnavailable)

    #expect(throws: refusal) { try runner.start(coordinator, with: refusingThird()) }

    #expect(log.count(of: "cancel") == 1)
    #expect(throws: refusal) { try coordinator.join(gracePeriod: .zero) }
    // All four count as gone: otherwise this would do nothing.
    #expect(try runner.start(Coordinator()).count == 4)
  }

  @Test("when the third thread cannot be started, the two before are waited for (B28)")
  func startedThreadsAreJoined() throws {
    let gate = Gate()
    let starting = PipelineThread(name: "starting") { [queue, coordinator] in
      let runner = QueueRunner(queue: queue, threads: 3) {
        gate.wait()
        return true
      }
      let starter = refusingThird { gate.waitForArrivals(2) }
      #expect(throws: ThreadError.self) { try runner.start(coordinator, with: starter) }
    }
    try starting.start()
    queue.cancelled.wait()
    #expect(!starting.join(deadline: .now + .milliseconds(50)))

    gate.open()

    starting.join()
  }

  @Test("started after the stop it ends at once")
  func startedAfterStop() throws {
    coordinator.requestStop()

    try QueueRunner(
      queue: queue,
      operations: [
        {
          log.add("worked")
          return true
        }
      ]
    ).start(coordinator)
    try coordinator.join()

    #expect(log.all == ["cancel"])
  }
}
