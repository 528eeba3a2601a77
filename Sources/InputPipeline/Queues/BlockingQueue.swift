/// A bounded hand-over point between producing and consuming threads.
///
/// Any number of threads may call any method. Requests that must wait are served in the order of their
/// arrival, producers and consumers apart, and only the first of each side makes progress (it may do so piece
/// by piece). A queue closes once and stays closed; the elements already inside can still be taken out.
/// Source: TensorFlow 1.x, `core/kernels/queue_base.cc`.
public protocol BlockingQueue<Element>: Closable {
  /// What the queue holds; Swift's types take the place of TensorFlow's component checks.
  associatedtype Element: Sendable

  /// The most elements that producers may fill the queue with; `Int.max` means unbounded.
  var capacity: Int { get }

  /// The number of elements stored now.
  ///
  /// It leaves out the rest of a waiting ``enqueueMany(_:deadline:)`` and what an unfinished
  /// ``dequeueMany(_:deadline:)`` has already taken. It passes the capacity where such a dequeue gives up and
  /// puts back what it had taken, until consumers have taken it. Never waits.
  var size: Int { get }

  /// Whether a close has taken effect. Never waits.
  var isClosed: Bool { get }

  /// What has passed through the queue and how long callers waited. Never waits.
  var statistics: QueueStatistics { get }

  /// Puts `element` in, waiting while there is no room.
  ///
  /// What ends the wait: room, a close that cancels pending enqueues, or the deadline.
  ///
  /// - Throws: ``QueueError/closed(queue:storedCount:)`` when the queue is closed or closing, or is closed with
  ///   cancelling during the wait; ``QueueError/deadlineExceeded(queue:storedCount:)``. The element is then not in the
  ///   queue.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func enqueue(_ element: Element, deadline: ContinuousClock.Instant?) throws(QueueError)

  /// Puts all `elements` in, in order, piece by piece as room appears; more than the capacity is allowed.
  ///
  /// In a first-in, first-out queue the elements stay next to each other. An empty array returns at once,
  /// also on a closed queue.
  ///
  /// What ends the wait: room, a close that cancels pending enqueues, or the deadline.
  ///
  /// - Throws: As ``enqueue(_:deadline:)``; the elements that were already stored stay in the queue, and the error
  ///   says how many they are.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func enqueueMany(_ elements: [Element], deadline: ContinuousClock.Instant?) throws(QueueError)

  /// Takes one element out, waiting while none may be taken.
  ///
  /// What ends the wait: an element, a close, or the deadline.
  ///
  /// - Returns: The element, or `nil` once the queue is closed and drained: the normal end of input.
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)`` alone.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func dequeue(deadline: ContinuousClock.Instant?) throws(QueueError) -> Element?

  /// Takes exactly `count` elements out, piece by piece as they appear; more than the capacity is allowed.
  ///
  /// What ends the wait: the elements, a close, or the deadline.
  ///
  /// - Parameter count: At least 0; traps otherwise. 0 returns an empty array at once, whatever the state.
  /// - Returns: The elements, or `nil` once the queue is closed and has fewer: those already taken are put
  ///   back (in front and in order, in a first-in, first-out queue).
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)`` alone; those already taken are put back.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func dequeueMany(_ count: Int, deadline: ContinuousClock.Instant?) throws(QueueError) -> [Element]?

  /// Takes out what is there, once that is `least` elements or more, but `most` of them at the most.
  ///
  /// For a consumer that is better woken once for many elements, and yet wants the first of them at once.
  ///
  /// What ends the wait: `least` elements, a close, or the deadline.
  ///
  /// - Parameters:
  ///   - least: At least 0; traps otherwise.
  ///   - most: At least `least`; traps otherwise.
  /// - Returns: The elements, or `nil` once the queue is closed and has fewer than `least`, as
  ///   ``dequeueMany(_:deadline:)`` does.
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)`` alone; those already taken are put back.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func dequeueAvailable(
    atLeast least: Int, atMost most: Int, deadline: ContinuousClock.Instant?
  ) throws(QueueError) -> [Element]?

  /// Takes `count` elements out, or the rest once the queue is closed.
  ///
  /// While the queue is open this waits for all `count`, as ``dequeueMany(_:deadline:)`` does.
  ///
  /// - Parameter count: At least 0; traps otherwise. 0 returns an empty array at once, whatever the state.
  /// - Returns: From 1 to `count` elements, or `nil` once the queue is closed and drained.
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)`` alone; those already taken are put back.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  func dequeueUpTo(_ count: Int, deadline: ContinuousClock.Instant?) throws(QueueError) -> [Element]?

  /// Closes the queue.
  ///
  /// A plain close is a request at the end of the line of enqueues: it takes effect, and this call returns,
  /// when the enqueues before it are done. With `cancelPendingEnqueues` it takes effect at once, and every
  /// waiting enqueue ends with ``QueueError/closed(queue:storedCount:)``; waiting plain closes return. Elements inside
  /// stay. Closing again does nothing, except that cancelling still cancels.
  func close(cancelPendingEnqueues: Bool)
}

extension BlockingQueue {
  /// ``enqueue(_:deadline:)`` without a deadline.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func enqueue(_ element: Element) throws(QueueError) {
    try enqueue(element, deadline: nil)
  }

  /// ``enqueueMany(_:deadline:)`` without a deadline.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func enqueueMany(_ elements: [Element]) throws(QueueError) {
    try enqueueMany(elements, deadline: nil)
  }

  /// ``dequeue(deadline:)`` without a deadline, and so without an error.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeue() -> Element? {
    withoutDeadline { () throws(QueueError) in try dequeue(deadline: nil) }
  }

  /// ``dequeueMany(_:deadline:)`` without a deadline, and so without an error.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeueMany(_ count: Int) -> [Element]? {
    withoutDeadline { () throws(QueueError) in try dequeueMany(count, deadline: nil) }
  }

  /// ``dequeueAvailable(atLeast:atMost:deadline:)`` without a deadline, and so without an error.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeueAvailable(atLeast least: Int, atMost most: Int) -> [Element]? {
    withoutDeadline { () throws(QueueError) in
      try dequeueAvailable(atLeast: least, atMost: most, deadline: nil)
    }
  }

  /// ``dequeueUpTo(_:deadline:)`` without a deadline, and so without an error.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeueUpTo(_ count: Int) -> [Element]? {
    withoutDeadline { () throws(QueueError) in try dequeueUpTo(count, deadline: nil) }
  }

  /// Closes the queue and lets the enqueues that already wait finish.
  @inlinable public func close() {
    close(cancelPendingEnqueues: false)
  }

  /// ``enqueue(_:deadline:)`` with a deadline so long from now.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func enqueue(_ element: Element, timeout: Duration) throws(QueueError) {
    try enqueue(element, deadline: .now + timeout)
  }

  /// ``enqueueMany(_:deadline:)`` with a deadline so long from now.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func enqueueMany(_ elements: [Element], timeout: Duration) throws(QueueError) {
    try enqueueMany(elements, deadline: .now + timeout)
  }

  /// ``dequeue(deadline:)`` with a deadline so long from now.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeue(timeout: Duration) throws(QueueError) -> Element? {
    try dequeue(deadline: .now + timeout)
  }

  /// ``dequeueMany(_:deadline:)`` with a deadline so long from now.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeueMany(_ count: Int, timeout: Duration) throws(QueueError) -> [Element]? {
    try dequeueMany(count, deadline: .now + timeout)
  }

  /// ``dequeueUpTo(_:deadline:)`` with a deadline so long from now.
  @available(*, noasync, message: "blocks its thread; use a BatchSequence, or a thread of your own")
  @inlinable public func dequeueUpTo(_ count: Int, timeout: Duration) throws(QueueError) -> [Element]? {
    try dequeueUpTo(count, deadline: .now + timeout)
  }

  @inlinable
  func withoutDeadline<Result>(_ body: () throws(QueueError) -> Result) -> Result {
    do { return try body() } catch {
      preconditionFailure("a dequeue without a deadline cannot fail, but: \(error)")
    }
  }
}

/// Something that producers fill and that ends: what a queue runner needs to know of its queue.
public protocol Closable: AnyObject, Sendable {
  /// The name used in error messages, thread names and statistics.
  var name: String { get }

  /// Ends the input; see ``BlockingQueue/close(cancelPendingEnqueues:)``.
  func close(cancelPendingEnqueues: Bool)
}
