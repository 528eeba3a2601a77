import Synchronization
import Threads

/// Ends waits in queues from outside: those of the calls that it was given to, and no others.
///
/// Any thread may call any method.
/// Source: TensorFlow 1.x, the cancellation of a single operation (`core/framework/cancellation.h`).
public final class WaitCancellation: Sendable {
  private struct Waits {
    var wakers: [Int: @Sendable () -> Void] = [:]
    var nextNumber = 0
  }

  // Read under the lock of a queue, where no other lock may be taken.
  private let cancelled = Atomic(false)
  private let waits = Monitor(Waits())

  /// One that was not cancelled yet.
  public init() {}

  /// Whether ``cancel()`` was called; never waits.
  public var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  /// Ends the waits, with ``QueueError/cancelled(queue:storedCount:)``; later calls end so where they would wait.
  public func cancel() {
    cancelled.store(true, ordering: .releasing)
    for wake in waits.withLock({ Array($0.wakers.values) }) { wake() }
  }

  /// Lets `wake` be called when the wait is cancelled; returns a number for ``forget(_:)``.
  @usableFromInline
  func onCancel(_ wake: @escaping @Sendable () -> Void) -> Int {
    waits.withLock { waits in
      defer { waits.nextNumber += 1 }
      waits.wakers[waits.nextNumber] = wake
      return waits.nextNumber
    }
  }

  /// Notes that a wait has ended.
  @usableFromInline
  func forget(_ number: Int) {
    waits.withLock { $0.wakers[number] = nil }
  }
}
