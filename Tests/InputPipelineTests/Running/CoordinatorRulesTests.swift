import Testing

@testable import InputPipeline

@Suite("The rules of a coordinator")
struct CoordinatorRulesTests {
  @Test("only the first stop request decides about the error (7.3)", arguments: [true, false])
  func firstRequestWins(firstHasError: Bool) {
    var rules = CoordinatorRules()

    _ = rules.requestStop(because: firstHasError ? TestError(1) : nil)
    _ = rules.requestStop(because: TestError(2))

    #expect(rules.isStopRequested)
    #expect(rules.error as? TestError == (firstHasError ? TestError(1) : nil))
  }

  @Test("actions are handed out by the first request alone, in order")
  func actionsOnce() {
    var rules = CoordinatorRules()
    let log = EventLog()
    #expect(rules.keepAction { log.add("first") })
    #expect(rules.keepAction { log.add("second") })

    for _ in 1...2 {
      if case .run(let actions) = rules.requestStop(because: nil) { actions.forEach { $0() } }
    }

    #expect(log.all == ["first", "second"])
    #expect(!rules.keepAction {})
  }

  @Test("the kept error comes before stragglers, and stragglers before silence (7.9)")
  func orderAtTheEndOfJoin() {
    var failed = CoordinatorRules()
    _ = failed.requestStop(because: TestError(1))
    var stopped = CoordinatorRules()
    _ = stopped.requestStop(because: nil)

    #expect(
      failed.finishJoin(stragglers: ["slow"], ignoringStragglers: false) as? TestError == TestError(1))
    #expect(
      stopped.finishJoin(stragglers: ["slow"], ignoringStragglers: false) as? ThreadError
        == .stillRunning(threads: ["slow"]))
    #expect(stopped.finishJoin(stragglers: ["slow"], ignoringStragglers: true) == nil)
    #expect(stopped.finishJoin(stragglers: [], ignoringStragglers: false) == nil)
    #expect(
      stopped.finishJoin(stragglers: ["slow"], ignoringStragglers: true, neverStarted: ["never"])
        as? ThreadError == .neverStarted(threads: ["never"]))
    #expect(stopped.hasJoined && stopped.threads.isEmpty)
  }

  @Test("a thread is registered once, however often it is named (7.7)")
  func registeredOnce() {
    var rules = CoordinatorRules()
    let first = PipelineThread(name: "first") {}
    let second = PipelineThread(name: "second") {}

    rules.register([first, first])

    #expect(rules.union([first, second]).map(\.name) == ["first", "second"])
    #expect(rules.threads.map(\.name) == ["first"])
  }
}
