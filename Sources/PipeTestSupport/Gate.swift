import Threads

/// A gate that holds threads up until the test opens it: the tests' way to decide who runs when.
///
/// It stays open once it was opened.
public final class Gate: Sendable {
  private let state = Monitor((isOpen: false, arrivals: 0))
  private let changed = Condition()

  /// A closed gate.
  public init() {}

  /// Lets everybody through, now and later.
  public func open() {
    state.withLock(waking: changed) { $0.isOpen = true }
  }

  /// Counts as an arrival, then waits until the gate is open.
  public func wait() {
    state.withLock(waking: changed) { $0.arrivals += 1 }
    state.wait(on: changed) { $0.isOpen ? () : nil }
  }

  /// Waits until ``wait()`` was called `count` times in all.
  public func waitForArrivals(_ count: Int) {
    state.wait(on: changed) { $0.arrivals >= count ? () : nil }
  }
}
