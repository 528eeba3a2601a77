import InputPipeline
import Synchronization

/// A piece of work on a thread of its own, whose result the test collects.
public final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Value?>(nil)
  private let ended = Gate()

  /// Starts the work; traps if the system has no thread left.
  public init(_ work: @escaping @Sendable () -> Value) {
    let thread = PipelineThread(name: "background") { [self] in
      let value = work()
      result.withLock { $0 = value }
      ended.open()
    }
    do {
      try thread.start()
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Whether the work is done; never waits.
  public var isDone: Bool { ended.isOpen }

  /// The result, waiting until the work is done.
  public var value: Value {
    ended.wait()
    guard let value = result.withLock({ $0 }) else { preconditionFailure("the gate opens after the result") }
    return value
  }
}
