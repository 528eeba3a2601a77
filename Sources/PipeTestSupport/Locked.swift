import Glibc

/// A value that threads reach only under a mutex.
///
/// `Synchronization.Mutex` would do, if the thread sanitizer understood it: it reports races on what that
/// mutex protects. The type is `@unchecked Sendable` because the value is read and written only under the
/// mutex, and the mutex is a heap cell that never moves.
public final class Locked<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value  // guarded by mutex

  /// A lock around `value`.
  public init(_ value: Value) {
    self.value = value
    mutex.initialize(to: pthread_mutex_t())
    precondition(pthread_mutex_init(mutex, nil) == 0, "a mutex cannot be made")
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the value, one thread at a time.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
