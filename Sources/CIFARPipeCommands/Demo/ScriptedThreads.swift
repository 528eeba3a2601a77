import InputPipeline
import Threads

/// A call that may wait, on a thread of its own, so that the lesson goes on and looks at it.
final class WaitingCall<Outcome: Sendable>: Sendable {
  private let thread: PipelineThread
  private let outcome: Monitor<Outcome?>

  /// Begins the call.
  init(_ name: String, _ body: @escaping @Sendable () -> Outcome) throws(ThreadError) {
    let outcome = Monitor<Outcome?>(nil)
    self.outcome = outcome
    thread = PipelineThread(name: name) {
      let result = body()
      outcome.withLock { $0 = result }
    }
    try thread.start()
  }

  /// Whether the call has returned.
  var hasEnded: Bool { thread.hasEnded }

  /// What the call returned; waits for it.
  ///
  /// What ends the wait: the call's end, or a signal.
  func result(_ teller: Teller) throws(CommandError) -> Outcome {
    try teller.wait { thread.hasEnded }
    return outcome.withLock { $0! }
  }
}

/// What the threads of a lesson do next: each waits until the script gives it an order.
///
/// Any thread may call any method.
final class Turns<Order: Sendable>: Sendable {
  private struct Seat {
    var order: Order?
    /// Whether the thread has done all that it was told.
    var isIdle = false
  }

  private struct State {
    var seats: [Seat]
    var isOver = false
  }

  private let state: Monitor<State>
  private let changed = Condition()

  /// Turns of so many threads, none of which has an order.
  init(threadCount: Int) {
    state = Monitor(State(seats: Array(repeating: Seat(), count: threadCount)))
  }

  /// The next order of a thread; waits for it.
  ///
  /// What ends the wait: an order, or ``end()``.
  ///
  /// - Returns: `nil` when the lesson is over.
  func next(_ thread: Int) -> Order? {
    state.withLock { $0.seats[thread].isIdle = true }
    return state.wait(on: changed) { state -> Order?? in
      if let order = state.seats[thread].order {
        state.seats[thread].order = nil
        return order
      }
      return state.isOver ? .some(nil) : nil
    }
  }

  /// Gives an order to a thread that is idle or will be.
  func give(_ order: Order, to thread: Int) {
    state.withLock(waking: changed) {
      $0.seats[thread].order = order
      $0.seats[thread].isIdle = false
    }
  }

  /// Whether a thread has done all that it was told and waits for an order.
  func isIdle(_ thread: Int) -> Bool {
    state.withLock { $0.seats[thread].isIdle }
  }

  /// Lets all threads go.
  func end() {
    state.withLock(waking: changed) { $0.isOver = true }
  }
}
