import Threads

/// Answers those who ask a running command what it does.
final class SignalReports: Sendable {
  private struct State {
    var reports: [Int: @Sendable () -> String] = [:]
    var next = 0
    /// The answer that is being written.
    var answer: PipelineThread?
  }

  private let state = Monitor(State())

  /// Does `work`, during which ``tell()`` tells `report`, and not that of other work around it.
  func add<Result, Failure: Error>(
    _ report: @escaping @Sendable () -> String, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let number = state.withLock { state in
      state.next += 1
      state.reports[state.next] = report
      return state.next
    }
    defer { state.withLock { $0.reports[number] = nil } }
    return try work()
  }

  /// Begins to write the newest report to standard error; does nothing while an earlier one is being written.
  ///
  /// On a thread of its own: who does not read messages must not keep the caller from the next signal.
  func tell() {
    let report = state.withLock { $0.reports.max { $0.key < $1.key }?.value }
    let thread = PipelineThread(name: "report") {
      TerminalTurn.shared.write(report?() ?? Console.line("no pipeline is running"))
    }
    let isFree = state.withLock { state in
      guard !(state.answer?.isAlive ?? false) else { return false }
      state.answer = thread
      return true
    }
    // Where the system has no thread left, there is no answer.
    if isFree { try? thread.start() }
  }
}
