import Testing
import WorkerThreads

@Suite("WorkerThread", .timeLimit(.minutes(1)))
struct WorkerThreadTests {
  @Test("join returns after the closure, and what the closure has held is let go")
  func join() throws {
    final class Held: Sendable {}
    var held: Held? = Held()
    weak let watched = held
    let value = Monitor(0)

    let thread = WorkerThread { [held] in value.update { $0 = held == nil ? 1 : 2 } }
    held = nil
    try #require(thread).join()

    #expect(value.wait { $0 } == 2)
    #expect(watched == nil)
  }
}
