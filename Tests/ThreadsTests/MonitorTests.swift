import Platform
import PipeTestSupport
import Testing
import Threads

@Suite("Monitor", .timeLimit(.minutes(1)))
struct MonitorTests {
  @Test("a wait ends with the change that it waits for, on whichever thread")
  func waiting() throws {
    let turns = Turns()
    let other = try PipelineThread(starting: "other") {
      for turn in stride(from: 1, to: 100, by: 2) { turns.take(turn) }
    }

    for turn in stride(from: 0, to: 100, by: 2) { turns.take(turn) }
    other.join()

    #expect(turns.next.withLock { $0 } == 100)
  }

  private struct Turns: Sendable {
    let next = Monitor(0)
    let changed = Condition()

    /// Waits for the turn of this number, and makes it that of the next.
    func take(_ turn: Int) {
      next.wait(on: changed) { $0 == turn ? () : nil }
      next.withLock(waking: changed) { $0 += 1 }
    }
  }

  @Test("a wait with a deadline gives up after it, and not before")
  func deadline() {
    let value = Monitor(0)
    let deadline = ContinuousClock.now + .milliseconds(5)

    #expect(value.wait(on: Condition(), deadline: deadline) { $0 == 1 ? true : nil } == nil)

    #expect(ContinuousClock.now >= deadline)
  }

  @Test("a thread that locks a monitor twice is told instead of hanging")
  func lockedTwice() async {
    let result = await #expect(processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]) {
      let value = Monitor(0)
      value.withLock { _ in value.withLock { _ in } }
    }
    #expect(
      result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }?.contains(
        "monitor: a mutex cannot be locked: Resource deadlock avoided\n") == true)
  }
}
