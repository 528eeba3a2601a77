import Glibc

/// A value that threads reach only under a mutex, with ways to wait for it to change.
///
/// This is the only type of the module that touches mutexes and condition variables. `Synchronization.Mutex`
/// cannot serve: a condition variable needs the `pthread_mutex_t` itself.
///
/// The type is `@unchecked Sendable` because `value` is read and written only between lock and unlock, and the
/// C objects are heap cells that never move.
@usableFromInline
final class Monitor<Value: ~Copyable>: @unchecked Sendable {
  @usableFromInline let value: UnsafeMutablePointer<Value>  // guarded by mutex
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

  @usableFromInline
  init(_ value: consuming Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    precondition(pthread_mutex_init(mutex, nil) == 0, "a mutex cannot be made")
  }

  deinit {
    precondition(pthread_mutex_destroy(mutex) == 0, "a mutex is destroyed while it is held")
    mutex.deinitialize(count: 1)
    mutex.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Runs `body` under the lock.
  ///
  /// The body must not wait, call foreign code or lock another monitor.
  @inlinable @inline(__always)
  func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }

  /// Runs `attempt` under the lock until it returns a value, sleeping on `condition` between tries.
  ///
  /// What ends the wait: a signal on `condition` after which `attempt` returns a value, or the deadline.
  ///
  /// - Returns: What `attempt` returned, or `nil` once `deadline` has passed without a value.
  @usableFromInline
  func wait<Result>(
    on condition: Condition, deadline: ContinuousClock.Instant? = nil,
    until attempt: (inout Value) -> Result?
  ) -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = attempt(&value.pointee) { return result }
      // A while loop: wake-ups may be spurious, and another thread may have been faster.
      guard condition.sleep(mutex, until: deadline) else { return attempt(&value.pointee) }
    }
  }
}

/// Something that threads sleep on under one ``Monitor``, and that others signal.
@usableFromInline
final class Condition: @unchecked Sendable {
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  @usableFromInline
  init() {
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Deadlines are of the monotonic clock, so that a wall clock set back cannot lengthen a wait.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    precondition(pthread_cond_init(condition, &attributes) == 0, "a condition cannot be made")
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deinitialize(count: 1)
    condition.deallocate()
  }

  /// Wakes one sleeping thread, if there is one.
  @usableFromInline
  func signal() {
    pthread_cond_signal(condition)
  }

  /// Wakes all sleeping threads.
  @usableFromInline
  func broadcast() {
    pthread_cond_broadcast(condition)
  }

  /// Sleeps with `mutex` released until a signal, a spurious wake-up or the deadline.
  ///
  /// - Returns: `false` once the deadline has passed.
  fileprivate func sleep(
    _ mutex: UnsafeMutablePointer<pthread_mutex_t>, until deadline: ContinuousClock.Instant?
  ) -> Bool {
    guard let deadline else {
      pthread_cond_wait(condition, mutex)
      return true
    }
    let remaining = ContinuousClock.now.duration(to: deadline)
    guard remaining > .zero else { return false }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = remaining.components
    let nanoseconds = Int64(time.tv_nsec) + attoseconds / 1_000_000_000
    // A deadline centuries away would overflow; a day at a time is as good, since callers loop.
    time.tv_sec += Int(min(seconds, 86_400) + nanoseconds / 1_000_000_000)
    time.tv_nsec = Int(nanoseconds % 1_000_000_000)
    return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT || ContinuousClock.now < deadline
  }
}
