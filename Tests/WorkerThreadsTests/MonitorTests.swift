import Testing
import WorkerThreads

@Suite("Monitor", .timeLimit(.minutes(1)))
struct MonitorTests {
  @Test("a wait ends with the change that it waits for, on whichever thread")
  func waiting() throws {
    let turns = Monitor(0)
    let other = WorkerThread {
      for turn in stride(from: 1, to: 100, by: 2) { turns.take(turn) }
    }

    for turn in stride(from: 0, to: 100, by: 2) { turns.take(turn) }
    try #require(other).join()

    #expect(turns.wait { $0 } == 100)
  }
}

extension Monitor<Int> {
  /// Waits for the turn of this number, and makes it that of the next.
  fileprivate func take(_ turn: Int) {
    wait { value -> Void? in
      guard value == turn else { return nil }
      value += 1
      return ()
    }
  }
}
