import Testing

@testable import Threads

@Suite("What a thread does")
struct ActivityRulesTests {
  private typealias Span = ActivitySpan

  @Test("work and waits follow each other without a gap; a moment of work belongs to the wait that follows")
  func spans() {
    var rules = ActivityRules()
    rules.record(100)

    rules.enter(.working, at: 1000)
    rules.finish("batch", 7, at: 5000)
    rules.enter(.waiting(.init(queue: "ready", side: .room)), at: 5400)
    rules.enter(.working, at: 9000)
    rules.enter(.waiting(.init(queue: "plans", side: .element)), at: 12000)
    rules.enter(.working, at: 13000)
    rules.enter(.ended, at: 15000)
    rules.enter(.ended, at: 16000)

    #expect(
      rules.recorded(at: 20000).spans == [
        Span(kind: .work, name: "batch", number: 7, start: 1000, end: 5000),
        Span(kind: .room, name: "ready", number: 0, start: 5000, end: 9000),
        Span(kind: .work, name: "", number: 0, start: 9000, end: 12000),
        Span(kind: .element, name: "plans", number: 0, start: 12000, end: 13000),
        Span(kind: .work, name: "", number: 0, start: 13000, end: 15000),
      ])
  }

  @Test("what goes on is told up to now, as often as one asks")
  func goingOn() {
    var rules = ActivityRules()
    rules.record(100)
    rules.enter(.working, at: 0)
    rules.enter(.waiting(.init(queue: "plans", side: .element)), at: 0)

    #expect(rules.recorded(at: 3000).spans.map(\.end) == [3000])
    #expect(rules.recorded(at: 4000).spans.map(\.end) == [4000])
    #expect(rules.phase == .waiting(.init(queue: "plans", side: .element)))
    #expect(rules.since == 0)
  }

  @Test("the last spans are kept, and the number of those before them", arguments: [1, 2, 3, 10])
  func bounded(capacity: Int) {
    var rules = ActivityRules()
    rules.record(capacity)
    rules.enter(.working, at: 0)

    for number in 0..<10 { rules.finish("batch", number, at: Int64(number + 1) * 1000) }

    let recorded = rules.recorded(at: 10_000)
    #expect(recorded.spans.map(\.number) == Array(10 - capacity..<10))
    #expect(recorded.droppedCount == 10 - capacity)
  }

  @Test("without a record nothing is kept, and the thread still says what it does")
  func unrecorded() {
    var rules = ActivityRules()

    rules.enter(.working, at: 1000)
    rules.enter(.waiting(.init(queue: "plans", side: .element)), at: 5000)

    #expect(rules.recorded(at: 9000).spans.isEmpty)
    #expect(rules.since == 5000)
  }

  @Test("a thread has the activity that it was given last; others have none")
  func current() throws {
    let (first, second) = (ThreadActivity(name: "first"), ThreadActivity(name: "second"))
    let seen = Monitor<[String?]>([])
    let note = { @Sendable in seen.withLock { $0.append(ThreadActivity.current?.name) } }

    let thread = try PipelineThread(starting: "one") {
      note()
      first.makeCurrent()
      note()
      second.makeCurrent()
      second.makeCurrent()
      note()
    }
    thread.join()

    #expect(seen.withLock { $0 } == [nil, "first", "second"])
    #expect(first.snapshot.phase == .working)
  }
}
