/// A ``BlockingQueue`` over any ``ElementStore``: the shared rules with one lock around them.
///
/// Use it by its names ``FIFOQueue`` and ``RandomShuffleQueue``.
public final class StoredQueue<Store: ElementStore>: BlockingQueue {
  /// What the queue holds.
  public typealias Element = Store.Element

  /// The name used in error messages, thread names and statistics.
  public let name: String

  /// The most elements the queue holds at once; `Int.max` means unbounded.
  public let capacity: Int

  @usableFromInline let rules: Monitor<QueueRules<Store>>

  /// An open queue around `store`.
  @inlinable
  public init(name: String, store: Store) {
    self.name = name
    capacity = store.capacity
    rules = Monitor(QueueRules(store: store))
  }

  // MARK: State

  /// The number of elements stored now; never waits.
  @inlinable public var size: Int {
    rules.withLock { $0.store.count }
  }

  /// Whether a close has taken effect; never waits.
  @inlinable public var isClosed: Bool {
    rules.withLock { $0.isClosed }
  }

  /// What has passed through the queue and how long callers waited; never waits.
  public var statistics: QueueStatistics {
    rules.withLock { rules in
      rules.counters.statistics(name: name, capacity: capacity, size: rules.store.count)
    }
  }

  // MARK: Enqueueing

  /// Puts `element` in, waiting while there is no room; see ``BlockingQueue/enqueue(_:deadline:)``.
  @inlinable
  public func enqueue(_ element: Element, deadline: ContinuousClock.Instant?) throws(QueueError) {
    var request: EnqueueRequest<Element>?
    let outcome = changing { rules -> EnqueueRequest<Element>.Outcome? in
      if let outcome = rules.enqueueNow(element) { return outcome }
      let waiting = EnqueueRequest(.elements, elements: [element])
      rules.submit(waiting)
      request = waiting
      return waiting.outcome
    }
    try finish(request, outcome, deadline: deadline)
  }

  /// Puts all `elements` in, piece by piece; see ``BlockingQueue/enqueueMany(_:deadline:)``.
  @inlinable
  public func enqueueMany(
    _ elements: [Element], deadline: ContinuousClock.Instant?
  ) throws(QueueError) {
    guard !elements.isEmpty else { return }
    var request: EnqueueRequest<Element>?
    let outcome = changing { rules -> EnqueueRequest<Element>.Outcome? in
      var next = 0
      if let outcome = rules.enqueueNow(elements, next: &next) { return outcome }
      let waiting = EnqueueRequest(.elements, elements: elements)
      waiting.next = next
      rules.submit(waiting)
      request = waiting
      return waiting.outcome
    }
    try finish(request, outcome, deadline: deadline)
  }

  // MARK: Dequeueing

  /// Takes one element out, waiting while none may be taken; see ``BlockingQueue/dequeue(deadline:)``.
  @inlinable
  public func dequeue(deadline: ContinuousClock.Instant?) throws(QueueError) -> Element? {
    var request: DequeueRequest<Element>?
    let taken = changing { rules -> Element?? in
      if let taken = rules.dequeueNow() { return taken }
      let waiting = DequeueRequest<Element>(count: 1, allowsFewer: false)
      rules.submit(waiting)
      request = waiting
      return nil
    }
    if let taken { return taken }
    return try finish(request!, deadline: deadline)?.first
  }

  /// Takes exactly `count` elements out; see ``BlockingQueue/dequeueMany(_:deadline:)``.
  @inlinable
  public func dequeueMany(
    _ count: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    try dequeue(count, allowsFewer: false, deadline: deadline)
  }

  /// Takes `count` elements out, or the rest; see ``BlockingQueue/dequeueUpTo(_:deadline:)``.
  @inlinable
  public func dequeueUpTo(
    _ count: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    try dequeue(count, allowsFewer: true, deadline: deadline)
  }

  @inlinable
  func dequeue(
    _ count: Int, allowsFewer: Bool, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    precondition(count >= 0, "a number of elements to dequeue is at least 0")
    guard count > 0 else { return [] }
    var request: DequeueRequest<Element>?
    let taken = changing { rules -> [Element]? in
      if let taken = rules.dequeueNow(count) { return taken }
      let waiting = DequeueRequest<Element>(count: count, allowsFewer: allowsFewer)
      rules.submit(waiting)
      request = waiting
      return nil
    }
    if let taken { return taken }
    return try finish(request!, deadline: deadline)
  }

  // MARK: Closing

  /// Closes the queue; see ``BlockingQueue/close(cancelPendingEnqueues:)``.
  public func close(cancelPendingEnqueues: Bool) {
    guard !cancelPendingEnqueues else { return changing { $0.closeCancelling() } }
    let request = EnqueueRequest<Element>(.close)
    changing { $0.submit(request) }
    // No deadline: the request ends when it takes effect or when a cancelling close overtakes it.
    _ = rules.wait(on: request.ended) { _ in request.outcome }
  }

  // MARK: Waiting

  /// Changes the state under the lock, then wakes those whose request ended through the change.
  @inlinable
  func changing<Result>(_ body: (inout QueueRules<Store>) -> Result) -> Result {
    let (result, ended) = rules.withLock { rules in (body(&rules), rules.takeEnded()) }
    for condition in ended { condition.signal() }
    return result
  }

  /// Waits for an enqueue that could not be finished at once, and counts the time.
  @inlinable
  func finish(
    _ request: EnqueueRequest<Element>?, _ outcome: EnqueueRequest<Element>.Outcome?,
    deadline: ContinuousClock.Instant?
  ) throws(QueueError) {
    guard outcome != .done else { return }
    guard outcome == nil, let request else { throw .closed(queue: name) }
    let start = ContinuousClock.now
    _ = rules.wait(on: request.ended, deadline: deadline) { _ in request.outcome }
    changing { rules in
      rules.withdraw(request)
      rules.counters.enqueueWait += start.duration(to: .now)
      rules.counters.enqueueWaits += 1
    }
    switch request.outcome {
    case .done: return
    case .closed: throw .closed(queue: name)
    case nil: throw .deadlineExceeded(queue: name)
    }
  }

  /// Waits for a dequeue that could not be finished at once, and counts the time.
  @inlinable
  func finish(
    _ request: DequeueRequest<Element>, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    let start = ContinuousClock.now
    _ = rules.wait(on: request.ended, deadline: deadline) { _ in request.outcome }
    changing { rules in
      rules.withdraw(request)
      rules.counters.dequeueWait += start.duration(to: .now)
      rules.counters.dequeueWaits += 1
    }
    switch request.outcome {
    case .elements(let elements): return elements
    case .endOfInput: return nil
    case nil: throw .deadlineExceeded(queue: name)
    }
  }
}
