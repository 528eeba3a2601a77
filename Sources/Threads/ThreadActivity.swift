import Platform
import Synchronization

/// What a thread does at the moment: whether it works or waits, where, and since when.
///
/// The thread itself notes its waits, in calls that wait anyway; so knowing costs nothing while nobody waits. Any
/// thread may ask.
@usableFromInline
package final class ThreadActivity: Sendable {
  /// What a thread waits for.
  @usableFromInline package enum Side: Sendable {
    /// Room for what it wants to put in.
    case room
    /// Something to take out.
    case element
  }

  /// A wait at a queue, or at something else that threads hand things over with.
  package struct Wait: Sendable, Equatable {
    /// The name of the queue.
    package let queue: String
    package let side: Side

    package init(queue: String, side: Side) {
      self.queue = queue
      self.side = side
    }
  }

  /// What a thread does.
  package enum Phase: Sendable, Equatable {
    case unstarted
    case working
    case waiting(Wait)
    case ended
  }

  /// What a thread does at one moment.
  package struct Snapshot: Sendable, Equatable {
    /// The name of the thread, as the kernel has it.
    package var name: String
    package var phase: Phase
    /// How long it has been so.
    package var duration: Duration

    package init(name: String, phase: Phase, duration: Duration) {
      self.name = name
      self.phase = phase
      self.duration = duration
    }
  }

  /// The name of the thread, as the kernel has it.
  package let name: String
  private let rules = Monitor(ActivityRules())
  /// Whether ``record(_:)`` was called: asked for each piece of work, where no lock is wanted.
  private let isRecording = Atomic(false)

  /// The activity of a thread that has not begun.
  package init(name: String) {
    self.name = name
  }

  // MARK: The thread itself

  /// That of this thread; `nil` for a thread that has none.
  @usableFromInline
  package static var current: ThreadActivity? {
    pthread_getspecific(key).map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
  }

  /// Makes this the activity of the calling thread, which begins to work unless it has begun.
  package func makeCurrent() {
    let own = Unmanaged.passUnretained(self)
    let former = pthread_getspecific(Self.key)
    guard former != own.toOpaque() else { return }
    pthread_setspecific(Self.key, own.retain().toOpaque())
    if let former { Unmanaged<ThreadActivity>.fromOpaque(former).release() }
    rules.withLock { if $0.phase == .unstarted || $0.phase == .ended { $0.enter(.working, at: Self.now) } }
  }

  /// Notes that the thread begins to wait.
  @usableFromInline
  package func wait(at queue: String, for side: Side) {
    let wait = Wait(queue: queue, side: side)
    rules.withLock { $0.enter(.waiting(wait), at: Self.now) }
  }

  /// Notes that the wait is over.
  @usableFromInline
  package func goOn() {
    rules.withLock { $0.enter(.working, at: Self.now) }
  }

  /// Notes that a piece of work is done, which began where the last piece or the last wait ended; does nothing unless
  /// the activity is recorded.
  package func finish(_ work: String, _ number: Int) {
    guard isRecording.load(ordering: .relaxed) else { return }
    rules.withLock { $0.finish(work, number, at: Self.now) }
  }

  /// Notes that something happens which takes no time; does nothing unless the activity is recorded.
  package func mark(_ event: String, _ number: Int) {
    guard isRecording.load(ordering: .relaxed) else { return }
    rules.withLock { $0.mark(event, number, at: Self.now) }
  }

  /// Notes that the thread is at its end.
  package func end() {
    rules.withLock { $0.enter(.ended, at: Self.now) }
  }

  // MARK: Others

  /// What the thread does now; never waits.
  package var snapshot: Snapshot {
    rules.withLock {
      Snapshot(
        name: name, phase: $0.phase, duration: .nanoseconds($0.phase == .unstarted ? 0 : Self.now - $0.since))
    }
  }

  /// Keeps the last `capacity` spans of what the thread does; called before it begins.
  package func record(_ capacity: Int) {
    rules.withLock { $0.record(capacity) }
    isRecording.store(true, ordering: .relaxed)
  }

  /// The recorded spans up to now.
  package var recorded: RecordedActivity { rules.withLock { $0.recorded(at: Self.now) } }

  /// The time in nanoseconds, of the clock of all activities, which is `CLOCK_MONOTONIC`.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    // The thread that has ended had a reference.
    check(
      cp_thread_key_create(&key) { Unmanaged<ThreadActivity>.fromOpaque($0!).release() },
      "a key for threads cannot be made")
    return key
  }()
}
