import Threads

/// A piece of work on a thread of its own, whose result the test collects.
public final class Background<Value: Sendable>: Sendable {
  private let result = Monitor<Value?>(nil)
  private let ended = Condition()

  /// Starts the work; traps if the system has no thread left.
  public init(_ work: @escaping @Sendable () -> Value) {
    do {
      _ = try PipelineThread(starting: "background") { [result, ended] in
        let value = work()
        result.withLock(waking: ended) { $0 = value }
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Whether the work is done; never waits.
  public var isDone: Bool { result.withLock { $0 != nil } }

  /// The result, waiting until the work is done.
  public var value: Value { result.wait(on: ended) { $0 } }
}
