import Platform
import InputPipeline
import PipeTestSupport
import Testing

@Suite("A looper thread", .timeLimit(.minutes(1)))
struct LooperThreadTests {
  @Test("runs the start hook once, the body until the stop, and the end hook once (7.14)")
  func hooks() throws {
    let coordinator = Coordinator()
    let log = EventLog()
    let looper = LooperThread(
      name: "looper", coordinator: coordinator,
      onStart: { log.add("start") }, onEnd: { log.add("end") },
      body: {
        log.add("body")
        if log.count(of: "body") == 3 { coordinator.requestStop() }
      })

    try looper.start()
    try coordinator.join()

    #expect(log.all == ["start", "body", "body", "body", "end"])
  }

  @Test("looks for a stop before the first repetition (7.14)")
  func stopBeforeFirst() throws {
    let coordinator = Coordinator()
    let log = EventLog()
    coordinator.requestStop()

    for interval in [nil, Duration.seconds(1)] {
      let looper = LooperThread(
        name: "looper", coordinator: coordinator, interval: interval, body: { log.add("body") })
      try looper.start()
    }
    try coordinator.join()

    #expect(log.all == [])
  }

  @Test("with an interval, the body runs at once and then at every boundary (7.14)")
  func interval() throws {
    let coordinator = Coordinator()
    let clock = ManualClock()
    let log = EventLog()
    let looper = LooperThread(
      name: "looper", coordinator: coordinator, interval: .seconds(10), clock: clock,
      body: { log.add("at \(clock.start.duration(to: clock.now))") })

    try looper.start()
    clock.waitForSleeps(1)
    clock.advance(by: .seconds(9))
    clock.advance(by: .seconds(1))
    clock.waitForSleeps(2)
    clock.advance(by: .seconds(10))
    clock.waitForSleeps(3)
    coordinator.requestStop()
    try coordinator.join()

    #expect(log.all == ["at 0.0 seconds", "at 10.0 seconds", "at 20.0 seconds"])
  }

  @Test("an interval of zero means back to back, without asking the clock (7.14)", .timeLimit(.minutes(1)))
  func noInterval() throws {
    let coordinator = Coordinator()
    let clock = ManualClock()
    let log = EventLog()
    let looper = LooperThread(
      name: "looper", coordinator: coordinator, interval: .zero, clock: clock,
      body: {
        log.add("body")
        if log.count(of: "body") == 3 { coordinator.requestStop() }
      })

    try looper.start()
    try coordinator.join()

    #expect(log.count(of: "body") == 3)
  }

  @Test("an interval below zero ends the program with a line that names the looper")
  func negativeInterval() async {
    let result = await #expect(processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]) {
      _ = LooperThread(name: "looper", coordinator: Coordinator(), interval: .seconds(-1), body: {})
    }
    let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
    #expect(message?.contains("looper 'looper': the interval is below zero\n") == true)
  }

  @Test("boundaries missed by a slow body are caught up without waiting (7.14)")
  func catchesUp() throws {
    let coordinator = Coordinator()
    let clock = ManualClock()
    let log = EventLog()
    let looper = LooperThread(
      name: "looper", coordinator: coordinator, interval: .seconds(10), clock: clock,
      body: {
        log.add("at \(clock.start.duration(to: clock.now))")
        if log.all.count == 1 { clock.advance(by: .seconds(35)) }
      })

    try looper.start()
    clock.waitForSleeps(1)
    coordinator.requestStop()
    try coordinator.join()

    // Boundaries 10, 20 and 30 were missed; the first sleep is the one before 40.
    #expect(log.all == ["at 0.0 seconds"] + Array(repeating: "at 35.0 seconds", count: 3))
  }

  @Test(
    "an error stops the coordinator and leaves out the end hook (7.14)", arguments: ["start", "body"])
  func errors(place: String) throws {
    let coordinator = Coordinator()
    let log = EventLog()
    let step: @Sendable (String) throws -> Void = {
      log.add($0)
      if $0 == place { throw TestError(1) }
    }
    let looper = LooperThread(
      name: "looper", coordinator: coordinator, onStart: { try step("start") }, onEnd: { try step("end") },
      body: { try step("body") })

    try looper.start()

    #expect(throws: TestError(1)) { try coordinator.join() }
    #expect(log.all == (place == "start" ? ["start"] : ["start", "body"]))
  }

  @Test("is registered with its coordinator, which names it as a straggler (7.14)")
  func registered() throws {
    let coordinator = Coordinator()
    let gate = Gate()
    let looper = LooperThread(name: "looper", coordinator: coordinator, body: { gate.wait() })
    try looper.start()
    gate.waitForArrivals(1)
    coordinator.requestStop()

    #expect(throws: ThreadError.stillRunning(threads: ["looper"])) {
      try coordinator.join(gracePeriod: .milliseconds(1))
    }

    gate.open()
    looper.thread.join()
  }
}
