import Platform

/// A value that threads reach only under a mutex, with ways to wait for it to change.
///
/// This and ``Condition`` are the only types of the libraries that touch mutexes and condition variables.
/// `Synchronization.Mutex` cannot serve: a condition variable needs the `pthread_mutex_t` itself.
///
/// The type is `@unchecked Sendable` because `value` is read and written only between lock and unlock, and the
/// C objects are heap cells that never move.
@usableFromInline
package final class Monitor<Value: ~Copyable>: @unchecked Sendable {
  @usableFromInline let value: UnsafeMutablePointer<Value>  // guarded by mutex
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

  @inlinable
  package init(_ value: consuming Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
    mutex = makeMutex()
  }

  @inlinable
  deinit {
    check(pthread_mutex_destroy(mutex), "a mutex cannot be destroyed")
    mutex.deinitialize(count: 1)
    mutex.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Runs `body` under the lock.
  ///
  /// The body must not wait, call foreign code or lock another monitor.
  @inlinable @inline(__always)
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body(&value.pointee)
  }

  /// Runs `body` under the lock, then wakes all threads that sleep on `condition`.
  ///
  /// In this order: a thread that is woken under the lock would at once sleep again, for the lock.
  @inlinable
  package func withLock<Result>(waking condition: Condition, _ body: (inout Value) -> Result) -> Result {
    defer { condition.broadcast() }
    return withLock(body)
  }

  /// Runs `attempt` under the lock until it returns a value, sleeping on `condition` between tries.
  ///
  /// What ends the wait: a signal on `condition` after which `attempt` returns a value.
  @inlinable
  package func wait<Result>(on condition: Condition, until attempt: (inout Value) -> Result?) -> Result {
    lock()
    defer { unlock() }
    while true {
      if let result = attempt(&value.pointee) { return result }
      // A loop: wake-ups may be spurious, and another thread may have been faster.
      condition.sleep(mutex)
    }
  }

  /// As ``wait(on:until:)``, but no longer than to `deadline`; `nil` means without end.
  ///
  /// - Returns: What `attempt` returned, or `nil` once the deadline has passed without a value.
  @inlinable
  package func wait<Result>(
    on condition: Condition, deadline: ContinuousClock.Instant?, until attempt: (inout Value) -> Result?
  ) -> Result? {
    guard let deadline else { return wait(on: condition, until: attempt) }
    lock()
    defer { unlock() }
    while true {
      if let result = attempt(&value.pointee) { return result }
      guard condition.sleep(mutex, until: deadline) else { return attempt(&value.pointee) }
    }
  }

  @inlinable @inline(__always)
  func lock() { check(pthread_mutex_lock(mutex), "a mutex cannot be locked") }

  @inlinable @inline(__always)
  func unlock() { check(pthread_mutex_unlock(mutex), "a mutex cannot be unlocked") }
}

/// Something that threads sleep on under one ``Monitor``, and that others signal.
@usableFromInline
package final class Condition: Sendable {
  /// A heap cell that never moves.
  private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

  @usableFromInline
  package init() {
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    // Deadlines are of the monotonic clock, so that a wall clock set back cannot lengthen a wait.
    check(cp_condition_init(condition), "a condition cannot be made")
  }

  deinit {
    check(pthread_cond_destroy(condition), "a condition cannot be destroyed")
    condition.deinitialize(count: 1)
    condition.deallocate()
  }

  /// Wakes one sleeping thread, if there is one.
  @usableFromInline
  package func signal() { check(pthread_cond_signal(condition), "a condition cannot be signalled") }

  /// Wakes all sleeping threads.
  @usableFromInline
  package func broadcast() { check(pthread_cond_broadcast(condition), "a condition cannot be signalled") }

  /// Sleeps with `mutex` released until a signal or a spurious wake-up.
  @usableFromInline
  func sleep(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
    check(pthread_cond_wait(condition, mutex), "a condition cannot be waited for")
  }

  /// As ``sleep(_:)``, but no longer than to the deadline.
  ///
  /// - Returns: `false` once the deadline has passed.
  @usableFromInline
  func sleep(_ mutex: UnsafeMutablePointer<pthread_mutex_t>, until deadline: ContinuousClock.Instant) -> Bool
  {
    let remaining = ContinuousClock.now.duration(to: deadline)
    guard remaining > .zero else { return false }
    let (seconds, attoseconds) = remaining.components
    // A deadline centuries away would overflow; a day at a time is as good, since callers loop.
    let result = cp_condition_wait(
      condition, mutex, Int(min(seconds, 86_400)), Int(attoseconds / 1_000_000_000))
    guard result == ETIMEDOUT else {
      check(result, "a condition cannot be waited for")
      return true
    }
    return ContinuousClock.now < deadline
  }
}

/// A new mutex; in debug builds one that refuses to be locked twice by a thread, which would hang it.
@usableFromInline
func makeMutex() -> UnsafeMutablePointer<pthread_mutex_t> {
  let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  mutex.initialize(to: pthread_mutex_t())
  var attributes = pthread_mutexattr_t()
  check(pthread_mutexattr_init(&attributes), "a mutex cannot be described")
  #if DEBUG
    check(
      pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ERRORCHECK)), "a mutex cannot be checked")
  #endif
  check(pthread_mutex_init(mutex, &attributes), "a mutex cannot be made")
  pthread_mutexattr_destroy(&attributes)
  return mutex
}

/// Ends the process unless `result`, of a pthread function, is zero.
@inlinable @inline(__always)
func check(_ result: Int32, _ failure: StaticString) {
  if result != 0 { misuse("monitor", failure, result) }
}

/// Out of line, so that the code around a lock stays small.
@usableFromInline @inline(never)
func misuse(_ name: StaticString, _ failure: StaticString, _ errno: Int32) -> Never {
  misuse("\(name): \(failure): \(String(cString: strerror(errno)))")
}
