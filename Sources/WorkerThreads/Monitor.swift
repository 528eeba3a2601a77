import Glibc

/// A value that threads reach only under a mutex, with a way to wait for it to change.
///
/// `@unchecked`: `value` is read and written between lock and unlock, and the two C objects are heap cells
/// that never move.
public final class Monitor<Value>: @unchecked Sendable {
  private var value: Value  // guarded by mutex
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Guards `value`.
  public init(_ value: Value) {
    self.value = value
    precondition(pthread_mutex_init(mutex, nil) == 0, "a mutex cannot be initialised")
    precondition(pthread_cond_init(changed, nil) == 0, "a condition cannot be initialised")
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs `attempt` under the lock until it returns a value, sleeping between tries; then wakes all sleepers.
  public func wait<Result>(until attempt: (inout Value) -> Result?) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      // In this order: a sleeper that is woken under the lock would at once sleep again, for the lock.
      pthread_mutex_unlock(mutex)
      pthread_cond_broadcast(changed)
    }
    while true {
      if let result = attempt(&value) { return result }
      pthread_cond_wait(changed, mutex)
    }
  }

  /// Changes the value without waiting, then wakes all sleepers.
  public func update(_ change: (inout Value) -> Void) {
    wait { change(&$0) }
  }
}
