import Synchronization
import Threads

/// Whose turn it is to write to standard error, where something may be drawn that gives way to messages.
///
/// What is drawn stays at the bottom: who writes next takes it away first.
final class TerminalTurn: Sendable {
  static let shared = TerminalTurn()

  private struct State {
    var isTaken = false
    /// What takes away what is drawn; `nil` where nothing is.
    var erasing: (@Sendable () -> String)?
  }

  private let state = Monitor(State())
  private let free = Condition()
  /// Whether standard output is on the same screen as something that is drawn.
  private let sharesOutput = Atomic(false)

  /// Writes `text` in the place of what was drawn.
  ///
  /// What ends the wait: the end of what another thread writes.
  ///
  /// - Parameter erasing: Makes what takes `text` away again when that is due, if it is not to stay.
  func write(_ text: String, erasing: (@Sendable () -> String)? = nil) {
    let former = take()
    Console.raw(former + text)
    give(erasing)
  }

  /// Does `work`, which writes to standard output, where nothing is drawn; as ``write(_:erasing:)`` if standard output
  /// shares its screen.
  func withOutput<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) {
    guard sharesOutput.load(ordering: .relaxed) else { return try work() }
    Console.raw(take())
    defer { give(nil) }
    try work()
  }

  /// Tells whether standard output is on the screen on which something is drawn from now on.
  func shareOutput(_ isShared: Bool) {
    sharesOutput.store(isShared, ordering: .relaxed)
  }

  /// Takes the turn; returns what takes away what is drawn.
  private func take() -> String {
    let erasing = state.wait(on: free) { state -> (@Sendable () -> String)?? in
      guard !state.isTaken else { return nil }
      state.isTaken = true
      return .some(state.erasing)
    }
    return erasing?() ?? ""
  }

  private func give(_ erasing: (@Sendable () -> String)?) {
    state.withLock { $0 = State(isTaken: false, erasing: erasing) }
    free.signal()
  }
}
