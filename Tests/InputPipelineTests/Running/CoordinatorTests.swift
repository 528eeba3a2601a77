import InputPipeline
import PipeTestSupport
import Testing

@Suite("A coordinator", .timeLimit(.minutes(1)))
struct CoordinatorTests {
  /// Starts a registered thread that waits at `gate`.
  private func startThread(_ name: String, of coordinator: Coordinator, at gate: Gate) throws {
    let thread = PipelineThread(name: name) { gate.wait() }
    coordinator.register([thread])
    try thread.start()
  }

  // MARK: Stop requests

  @Test("an error that counts as a clean stop stops, but is not kept (7.1, 7.2)")
  func cleanStop() throws {
    let coordinator = Coordinator(isCleanStop: { $0 is QueueError })

    try coordinator.requestStop(because: QueueError.closed(queue: "names"))

    #expect(coordinator.isStopRequested)
    try coordinator.raiseRequestedError()
    try coordinator.join()
  }

  @Test("no error is a clean stop unless the program says so (7.1)")
  func nothingIsCleanByDefault() throws {
    let coordinator = Coordinator()

    try coordinator.requestStop(because: QueueError.closed(queue: "names"))

    #expect(throws: QueueError.closed(queue: "names")) { try coordinator.join() }
  }

  @Test("after a stop without an error later errors are dropped (7.3)")
  func consequencesAreDropped() throws {
    let coordinator = Coordinator()

    coordinator.requestStop()
    try coordinator.requestStop(because: TestError(1))
    coordinator.report(TestError(2))

    try coordinator.join()
    #expect(coordinator.lateErrors.isEmpty)
  }

  @Test("after the join an error goes back to the caller, a clean stop does not (7.4)")
  func errorAfterJoin() throws {
    let coordinator = Coordinator(isCleanStop: { $0 is QueueError })
    try coordinator.join()

    #expect(throws: TestError(1)) { try coordinator.requestStop(because: TestError(1)) }
    #expect(!coordinator.isStopRequested)
    try coordinator.requestStop(because: QueueError.closed(queue: "names"))
    #expect(coordinator.isStopRequested)
  }

  @Test("after the join an error without a caller is kept apart (7.4)")
  func lateError() throws {
    let coordinator = Coordinator()
    try coordinator.join()

    coordinator.report(TestError(1))

    #expect(coordinator.lateErrors as? [TestError] == [TestError(1)])
    try coordinator.raiseRequestedError()
  }

  @Test("waitForStop tells a stop from a deadline (7.5)")
  func waitForStop() throws {
    let coordinator = Coordinator()
    #expect(!coordinator.waitForStop(deadline: .now + .milliseconds(2)))
    let waiting = PipelineThread(name: "waiting") { coordinator.waitForStop() }
    try waiting.start()

    coordinator.requestStop()

    waiting.join()
    #expect(coordinator.waitForStop(deadline: .now - .seconds(1)))
  }

  @Test("raiseRequestedError needs no join (7.11)")
  func raiseWithoutJoin() throws {
    let coordinator = Coordinator()
    try coordinator.raiseRequestedError()

    try coordinator.requestStop(because: TestError(1))

    #expect(throws: TestError(1)) { try coordinator.raiseRequestedError() }
    #expect(!coordinator.hasJoined)
  }

  @Test("stopOnError swallows the error and requests a stop because of it (7.12)")
  func stopOnError() throws {
    let coordinator = Coordinator()

    try coordinator.stopOnError {}
    #expect(!coordinator.isStopRequested)
    try coordinator.stopOnError { throw TestError(1) }

    #expect(throws: TestError(1)) { try coordinator.join() }
    #expect(throws: TestError(2)) { try coordinator.stopOnError { throw TestError(2) } }
  }

  // MARK: Actions

  @Test("actions run once, in order, on the thread that requests the stop")
  func actionsRunOnce() throws {
    let coordinator = Coordinator()
    let log = EventLog()
    coordinator.onStop { log.add("first") }
    // Deadlocks if actions ran under the lock.
    coordinator.onStop { log.add(coordinator.isStopRequested ? "second, stopped" : "second") }

    coordinator.requestStop()
    coordinator.requestStop()

    #expect(log.all == ["first", "second, stopped"])
  }

  @Test("an action given after the stop runs at once")
  func lateAction() {
    let coordinator = Coordinator()
    let log = EventLog()
    coordinator.requestStop()

    coordinator.onStop { log.add("late") }

    #expect(log.all == ["late"])
  }

  // MARK: Join

  @Test("join ends without a stop when all threads have ended by themselves (7.8, 7.10)")
  func joinWithoutStop() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    try startThread("a", of: coordinator, at: gate)
    try startThread("b", of: coordinator, at: gate)
    gate.waitForArrivals(2)
    gate.open()

    try coordinator.join()

    #expect(!coordinator.isStopRequested)
    #expect(coordinator.hasJoined)
  }

  @Test("join waits without limit until a stop, whatever the grace period (7.8)")
  func noLimitBeforeStop() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    let log = EventLog()
    try startThread("worker", of: coordinator, at: gate)
    let joining = PipelineThread(name: "joining") {
      do {
        try coordinator.join(gracePeriod: .zero)
        log.add("joined")
      } catch { log.add("\(error)") }
    }
    try joining.start()
    #expect(!joining.join(deadline: .now + .milliseconds(20)))

    gate.open()

    joining.join()
    #expect(log.all == ["joined"])
  }

  @Test("threads that outlive the grace period are named (7.8, 7.9)")
  func stragglers() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    let quick = Gate()
    quick.open()
    try startThread("stuck", of: coordinator, at: gate)
    try startThread("quick", of: coordinator, at: quick)
    try startThread("slow", of: coordinator, at: gate)
    quick.waitForArrivals(1)
    coordinator.requestStop()

    #expect(throws: ThreadError.stillRunning(threads: ["stuck", "slow"])) {
      try coordinator.join(gracePeriod: .milliseconds(20))
    }

    #expect(
      "\(ThreadError.stillRunning(threads: ["stuck", "slow"]))"
        == "coordinator: threads still run after the grace period: 'stuck', 'slow'")
    #expect(coordinator.hasJoined)
    // They are no longer registered: the next join has nothing to wait for.
    try coordinator.join(gracePeriod: .zero)
    gate.open()
  }

  @Test("ignored stragglers are no error (7.9)")
  func ignoredStragglers() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    try startThread("stuck", of: coordinator, at: gate)
    coordinator.requestStop()

    try coordinator.join(gracePeriod: .milliseconds(1), ignoringStragglers: true)

    gate.open()
  }

  @Test("the kept error is thrown even if there are stragglers, and again by a second join (7.9, 7.10, 7.13)")
  func errorBeforeStragglers() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    try startThread("stuck", of: coordinator, at: gate)
    try coordinator.requestStop(because: TestError(1))

    #expect(throws: TestError(1)) { try coordinator.join(gracePeriod: .milliseconds(1)) }
    #expect(coordinator.hasJoined)
    #expect(throws: TestError(1)) { try coordinator.join() }

    gate.open()
  }

  @Test("a thread that ends within the grace period ends the join early (7.8)")
  func endsWithinGrace() throws {
    let coordinator = Coordinator()
    let thread = PipelineThread(name: "obedient") { coordinator.waitForStop() }
    coordinator.register([thread])
    try thread.start()

    coordinator.requestStop()
    try coordinator.join(gracePeriod: .seconds(3600))

    #expect(thread.hasEnded)
  }

  @Test("threads may be registered, passed to join, or both (7.7, 7.8)")
  func registeredAndPassed() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    let both = PipelineThread(name: "both") { gate.wait() }
    let passed = PipelineThread(name: "passed") { gate.wait() }
    coordinator.register([both])
    try both.start()
    try passed.start()
    coordinator.requestStop()

    #expect(throws: ThreadError.stillRunning(threads: ["both", "passed"])) {
      try coordinator.join([passed, both], gracePeriod: .milliseconds(1))
    }

    gate.open()
    try coordinator.join([passed, both])
  }

  @Test("threads that are registered during a join are not waited for (7.7)")
  func registeredDuringJoin() throws {
    let coordinator = Coordinator()
    let first = Gate()
    let second = Gate()
    try startThread("first", of: coordinator, at: first)
    let joining = PipelineThread(name: "joining") {
      #expect(throws: Never.self) { try coordinator.join() }
    }
    try joining.start()
    // There is no way to see that join has begun, other than that it does not end.
    #expect(!joining.join(deadline: .now + .milliseconds(50)))
    try startThread("second", of: coordinator, at: second)

    first.open()

    joining.join()
    second.open()
  }

  @Test("a registered thread that was never started is not waited for, but told (7.8)")
  func neverStarted() throws {
    let coordinator = Coordinator()
    coordinator.register([PipelineThread(name: "never") {}])
    try PipelineThread(name: "started", coordinator: coordinator) {}.start()

    let error = #expect(throws: ThreadError.self) { try coordinator.join() }

    #expect(error == .neverStarted(threads: ["never"]))
    #expect(error.map { "\($0)" } == "coordinator: threads were never started: 'never'")
    #expect(coordinator.hasJoined)
  }

  @Test("a thread that the system has refused was told at its start, not at the join")
  func refused() throws {
    let coordinator = Coordinator()
    let thread = PipelineThread(name: "refused", coordinator: coordinator) {}
    #expect(throws: ThreadError.self) { try thread.start(with: .failing(after: 0)) }

    try coordinator.join()
  }

  @Test("what the body of a thread throws stops the coordinator that the thread was made with")
  func throwingBody() throws {
    let coordinator = Coordinator()
    let thread = PipelineThread(name: "failing", coordinator: coordinator) { throw TestError(1) }

    try thread.start()

    #expect(coordinator.waitForStop())
    #expect(throws: TestError(1)) { try coordinator.join() }
  }
}
