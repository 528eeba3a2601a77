import Glibc

/// A gate that holds threads up until the test opens it: the tests' way to decide who runs when.
///
/// It stays open once it was opened. The type is `@unchecked Sendable` because its fields are read and written
/// only under the mutex, and the C objects are heap cells that never move.
public final class Gate: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var opened = false  // guarded by mutex
  private var arrivals = 0  // guarded by mutex

  /// A closed gate.
  public init() {
    mutex.initialize(to: pthread_mutex_t())
    changed.initialize(to: pthread_cond_t())
    precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(changed, nil) == 0)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Whether the gate was opened.
  public var isOpen: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return opened
  }

  /// Lets everybody through, now and later.
  public func open() {
    pthread_mutex_lock(mutex)
    opened = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Counts as an arrival, then waits until the gate is open.
  public func wait() {
    pthread_mutex_lock(mutex)
    arrivals += 1
    pthread_cond_broadcast(changed)
    while !opened { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Waits until ``wait()`` was called `count` times in all.
  public func waitForArrivals(_ count: Int) {
    pthread_mutex_lock(mutex)
    while arrivals < count { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }
}
