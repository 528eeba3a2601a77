import Threads

/// A ``BlockingQueue`` over any ``ElementStore``: the shared rules with one lock around them.
///
/// Use it by its names ``FIFOQueue`` and ``RandomShuffleQueue``.
public final class StoredQueue<Store: ElementStore & ~Copyable>: BlockingQueue {
  /// What the queue holds.
  public typealias Element = Store.Element

  /// The name used in error messages, thread names and statistics.
  public let name: String

  /// The most elements the queue holds at once; `Int.max` means unbounded.
  public let capacity: Int

  @usableFromInline let rules: Monitor<QueueRules<Store>>

  /// An open queue around `store`.
  @inlinable
  public init(name: String, store: consuming Store) {
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
    if rules.withLock({ $0.enqueueNow(element) }) { return }
    try wait(for: EnqueueRequest(.elements, elements: [element]), deadline: deadline)
  }

  /// Puts all `elements` in, piece by piece; see ``BlockingQueue/enqueueMany(_:deadline:)``.
  @inlinable
  public func enqueueMany(
    _ elements: [Element], deadline: ContinuousClock.Instant?
  ) throws(QueueError) {
    guard !elements.isEmpty else { return }
    if rules.withLock({ $0.enqueueNow(elements) }) { return }
    try wait(for: EnqueueRequest(.elements, elements: elements), deadline: deadline)
  }

  // MARK: Dequeueing

  /// Takes one element out, waiting while none may be taken; see ``BlockingQueue/dequeue(deadline:)``.
  @inlinable
  public func dequeue(deadline: ContinuousClock.Instant?) throws(QueueError) -> Element? {
    if let element = changing({ $0.dequeueNow() }) { return element }
    return try wait(for: DequeueRequest(counts: 1...1, allowsFewer: false), deadline: deadline)?.first
  }

  /// Takes exactly `count` elements out; see ``BlockingQueue/dequeueMany(_:deadline:)``.
  @inlinable
  public func dequeueMany(
    _ count: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    try dequeue(atLeast: count, atMost: count, allowsFewer: false, deadline: deadline)
  }

  /// Takes out what is there, from `least` to `most` elements; see
  /// ``BlockingQueue/dequeueAvailable(atLeast:atMost:deadline:)``.
  @inlinable
  public func dequeueAvailable(
    atLeast least: Int, atMost most: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    try dequeue(atLeast: least, atMost: most, allowsFewer: false, deadline: deadline)
  }

  /// Takes `count` elements out, or the rest; see ``BlockingQueue/dequeueUpTo(_:deadline:)``.
  @inlinable
  public func dequeueUpTo(
    _ count: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]? {
    try dequeue(atLeast: count, atMost: count, allowsFewer: true, deadline: deadline)
  }

  @inlinable
  func dequeue(
    atLeast least: Int, atMost most: Int, allowsFewer: Bool, deadline: ContinuousClock.Instant?,
    cancellation: WaitCancellation? = nil
  ) throws(QueueError) -> [Element]? {
    require(
      0 <= least && least <= most,
      "queue '\(name)': asked for \(least) to \(most) elements; the least is at least 0, the most no less")
    guard most > 0 else { return [] }
    if let elements = rules.withLock({ $0.dequeueNow(least...most) }) { return elements }
    return try wait(
      for: DequeueRequest(counts: least...most, allowsFewer: allowsFewer), deadline: deadline,
      cancellation: cancellation)
  }

  // MARK: Closing

  /// Closes the queue; see ``BlockingQueue/close(cancelPendingEnqueues:)``.
  public func close(cancelPendingEnqueues: Bool) {
    guard !cancelPendingEnqueues else { return changing { $0.closeCancelling() } }
    let request = EnqueueRequest<Element>(.close)
    guard let condition = submit(request) else { return }
    // No deadline: the request ends when it takes effect or when a cancelling close overtakes it.
    let activity = ThreadActivity.current
    activity?.wait(at: name, for: .room)
    _ = rules.wait(on: condition) { _ in request.outcome }
    activity?.goOn()
    rules.withLock { $0.counters.enqueueWaits.end() }
  }

  // MARK: Waiting

  /// Changes the state under the lock, then wakes those whose request ended through the change.
  @inlinable
  func changing<Result>(_ body: (inout QueueRules<Store>) -> Result) -> Result {
    let (result, ended) = rules.withLock { rules in (body(&rules), rules.takeEnded()) }
    for condition in ended { condition.signal() }
    return result
  }

  /// Puts a request in line; returns what to sleep on unless it ended at once.
  @inlinable
  func submit(_ request: EnqueueRequest<Element>) -> Condition? {
    changing { rules in
      rules.submit(request)
      if request.outcome == nil {
        request.ended = Condition()
        rules.counters.enqueueWaits.begin()
      }
      return request.ended
    }
  }

  /// Puts an enqueue in line, waits until it ends or is given up, and counts the time.
  @inlinable @inline(never)
  func wait(
    for request: EnqueueRequest<Element>, deadline: ContinuousClock.Instant?,
    cancellation: WaitCancellation? = nil
  ) throws(QueueError) {
    if let condition = submit(request) {
      sleep(for: .room, on: condition, deadline: deadline, cancellation: cancellation) {
        request.outcome != nil
      }
      changing { rules in
        rules.withdraw(request)
        rules.counters.enqueueWaits.end()
      }
    }
    switch request.outcome {
    case .done: return
    case .closed: throw .closed(queue: name, storedCount: request.next)
    case nil: throw givenUp(cancellation, storedCount: request.next)
    }
  }

  /// Puts a dequeue in line, waits until it ends or is given up, and counts the time.
  @inlinable @inline(never)
  func wait(
    for request: DequeueRequest<Element>, deadline: ContinuousClock.Instant?,
    cancellation: WaitCancellation? = nil
  ) throws(QueueError) -> [Element]? {
    let condition = changing { rules -> Condition? in
      rules.submit(request)
      if request.outcome == nil {
        request.ended = Condition()
        rules.counters.dequeueWaits.begin()
      }
      return request.ended
    }
    if let condition {
      sleep(for: .element, on: condition, deadline: deadline, cancellation: cancellation) {
        request.outcome != nil
      }
      changing { rules in
        rules.withdraw(request)
        rules.counters.dequeueWaits.end()
      }
    }
    switch request.outcome {
    case .elements(let elements): return elements
    case .endOfInput: return nil
    case nil: throw givenUp(cancellation, storedCount: 0)
    }
  }

  /// Sleeps until a request has ended, the deadline has passed, or the wait is cancelled.
  @inlinable
  func sleep(
    for side: ThreadActivity.Side, on condition: Condition, deadline: ContinuousClock.Instant?,
    cancellation: WaitCancellation?, until hasEnded: () -> Bool
  ) {
    let activity = ThreadActivity.current
    activity?.wait(at: name, for: side)
    defer { activity?.goOn() }
    let number = cancellation?.onCancel { [rules] in
      // The empty critical section orders the wake-up after a thread that has just looked and not yet slept.
      rules.withLock { _ in }
      condition.signal()
    }
    _ = rules.wait(on: condition, deadline: deadline) { _ in
      hasEnded() || cancellation?.isCancelled == true ? true : nil
    }
    if let number { cancellation?.forget(number) }
  }

  /// Why a request was given up before it ended.
  @inlinable
  func givenUp(_ cancellation: WaitCancellation?, storedCount: Int) -> QueueError {
    cancellation?.isCancelled == true
      ? .cancelled(queue: name, storedCount: storedCount)
      : .deadlineExceeded(queue: name, storedCount: storedCount)
  }
}

extension StoredQueue where Store: ~Copyable {
  /// ``BlockingQueue/enqueueMany(_:deadline:)`` with a wait that `cancellation` can end; the elements that were
  /// already stored stay.
  ///
  /// - Throws: ``QueueError/closed(queue:storedCount:)``, ``QueueError/cancelled(queue:storedCount:)``.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable
  public func enqueueMany(_ elements: [Element], cancellation: WaitCancellation) throws(QueueError) {
    guard !elements.isEmpty else { return }
    if rules.withLock({ $0.enqueueNow(elements) }) { return }
    try wait(
      for: EnqueueRequest(.elements, elements: elements), deadline: nil, cancellation: cancellation)
  }

  /// ``BlockingQueue/dequeueAvailable(atLeast:atMost:deadline:)`` with a wait that `cancellation` can end; what was
  /// already taken is put back.
  ///
  /// - Throws: ``QueueError/cancelled(queue:storedCount:)`` alone.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable
  public func dequeueAvailable(
    atLeast least: Int, atMost most: Int, cancellation: WaitCancellation
  ) throws(QueueError) -> [Element]? {
    try dequeue(atLeast: least, atMost: most, allowsFewer: false, deadline: nil, cancellation: cancellation)
  }
}
