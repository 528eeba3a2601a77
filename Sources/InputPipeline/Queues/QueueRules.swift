import DequeModule

/// The rules that all queues share, free of threads: who waits, who is served, and what a close does.
///
/// Requests wait in two lines, enqueues (and closes) in one, dequeues in the other. Only the first of a line
/// makes progress, piece by piece, and blocks everyone behind it. After each event both lines are served
/// until nothing changes, enqueues first. Requests that ended are handed out by ``takeEnded()``, so that
/// their threads are woken after the lock is released.
///
/// The rules are the `submit`s and what follows from them. The calls ending in `Now` have the same effect as
/// a request that ends at once, for the common case that nobody waits in either line, and cost no request.
/// Source: TensorFlow 1.x, `core/kernels/queue_base.cc`.
@usableFromInline
struct QueueRules<Store: ElementStore & ~Copyable>: ~Copyable {
  @usableFromInline typealias Element = Store.Element

  @usableFromInline var store: Store
  @usableFromInline var isClosed = false
  /// Whether a plain close waits in the line; enqueues behind it are refused.
  @usableFromInline var isClosing = false
  @usableFromInline var enqueueRequests = Deque<EnqueueRequest<Element>>()
  @usableFromInline var dequeueRequests = Deque<DequeueRequest<Element>>()
  @usableFromInline var ended: [Condition] = []
  @usableFromInline var counters = QueueCounters()

  @inlinable
  init(store: consuming Store) {
    self.store = store
  }

  /// Whether nobody waits in either line, so that a change of the store concerns nobody else.
  @inlinable var isIdle: Bool { enqueueRequests.isEmpty && dequeueRequests.isEmpty }

  // MARK: Enqueueing

  /// Stores one element if nobody waits and there is room.
  ///
  /// - Returns: `false` when the queue is unchanged and a request must be submitted.
  @inlinable
  mutating func enqueueNow(_ element: Element) -> Bool {
    guard isIdle && !isClosed && store.room > 0 else { return false }
    store.add(element)
    counters.enqueued += 1
    return true
  }

  /// Stores all elements if nobody waits and there is room for them all.
  ///
  /// - Returns: `false` when the queue is unchanged and a request must be submitted.
  @inlinable
  mutating func enqueueNow(_ elements: [Element]) -> Bool {
    guard isIdle && !isClosed && store.room >= elements.count else { return false }
    store.add(contentsOf: elements[...])
    counters.enqueued += elements.count
    return true
  }

  /// Puts a request at the end of the line and serves both lines.
  @inlinable
  mutating func submit(_ request: EnqueueRequest<Element>) {
    switch request.kind {
    case .elements:
      guard !isClosed && !isClosing else { return end(request, .closed) }
    case .close:
      guard !isClosed else { return end(request, .done) }
      isClosing = true
    }
    enqueueRequests.append(request)
    serve()
  }

  /// Takes a request out of the line whose deadline has passed; elements already stored stay.
  @inlinable
  mutating func withdraw(_ request: EnqueueRequest<Element>) {
    guard request.outcome == nil else { return }
    enqueueRequests.removeAll { $0 === request }
    serve()
  }

  // MARK: Dequeueing

  /// Takes one element if no dequeue waits and there is one to take, and serves the enqueues that wait for room.
  ///
  /// A full queue is the usual state where the consumer is the slower side, so this costs no request either.
  ///
  /// - Returns: `nil` when the queue is unchanged and a request must be submitted.
  @inlinable
  mutating func dequeueNow() -> Element? {
    guard dequeueRequests.isEmpty && store.takeable > 0 else { return nil }
    counters.sample(size: store.count)
    counters.dequeued += 1
    let element = store.take()
    if !enqueueRequests.isEmpty { serve() }
    return element
  }

  /// Takes as many elements as there are, within `counts`, if nobody waits and there are enough to take.
  ///
  /// - Returns: `nil` when the queue is unchanged and a request must be submitted.
  @inlinable
  mutating func dequeueNow(_ counts: ClosedRange<Int>) -> [Element]? {
    guard isIdle, case let takeable = store.takeable, takeable >= counts.lowerBound else { return nil }
    let count = min(takeable, counts.upperBound)
    counters.sample(size: store.count)
    counters.dequeued += count
    var taken: [Element] = []
    taken.reserveCapacity(count)
    store.take(count, into: &taken)
    return taken
  }

  /// Puts a request at the end of the line and serves both lines.
  @inlinable
  mutating func submit(_ request: DequeueRequest<Element>) {
    counters.sample(size: store.count)
    dequeueRequests.append(request)
    serve()
  }

  /// Takes a request out of the line whose deadline has passed, and puts back what it had taken.
  @inlinable
  mutating func withdraw(_ request: DequeueRequest<Element>) {
    guard request.outcome == nil else { return }
    dequeueRequests.removeAll { $0 === request }
    putBack(request)
    serve()
  }

  // MARK: Closing

  /// Closes at once and ends every waiting enqueue and close.
  @inlinable
  mutating func closeCancelling() {
    takeEffectOfClose()
    for request in enqueueRequests { end(request, request.kind == .close ? .done : .closed) }
    enqueueRequests.removeAll()
    serve()
  }

  /// The conditions of the requests that have ended since the last call, to be signalled without the lock.
  @inlinable
  mutating func takeEnded() -> [Condition] {
    guard !ended.isEmpty else { return [] }
    defer { ended.removeAll() }
    return ended
  }

  // MARK: Serving

  /// Serves both lines until nothing changes any more.
  @inlinable
  mutating func serve() {
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      while let request = enqueueRequests.first, progress(request, &hasChanged) {
        enqueueRequests.removeFirst()
        end(request, .done)
      }
      while let request = dequeueRequests.first, let outcome = progress(request, &hasChanged) {
        dequeueRequests.removeFirst()
        request.outcome = outcome
        if let condition = request.ended { ended.append(condition) }
      }
    }
  }

  /// Does as much of the first enqueue as possible; returns whether it is complete.
  @inlinable
  mutating func progress(_ request: EnqueueRequest<Element>, _ hasChanged: inout Bool) -> Bool {
    switch request.kind {
    case .close:
      takeEffectOfClose()
      hasChanged = true
      return true
    case .elements:
      let stored = store(request.elements, from: request.next)
      request.next += stored
      hasChanged = hasChanged || stored > 0
      return request.next == request.elements.count
    }
  }

  /// Does as much of the first dequeue as possible; returns how it ended, or `nil` while it must wait.
  @inlinable
  mutating func progress(
    _ request: DequeueRequest<Element>, _ hasChanged: inout Bool
  ) -> DequeueRequest<Element>.Outcome? {
    let missing = request.counts.lowerBound - request.taken.count
    if isClosed && store.count < missing && !(request.allowsFewer && request.taken.count + store.count > 0) {
      // Not enough will ever come. What is put back may serve the next in line.
      hasChanged = hasChanged || !request.taken.isEmpty
      putBack(request)
      return .endOfInput
    }
    let wanted = min(request.counts.upperBound - request.taken.count, store.takeable)
    if wanted > 0 { store.take(wanted, into: &request.taken) }
    counters.dequeued += wanted
    hasChanged = hasChanged || wanted > 0
    return wanted >= missing || isClosed ? .elements(request.taken) : nil
  }

  /// Adds elements from `start` on while there is room; returns how many.
  @inlinable
  mutating func store(_ elements: [Element], from start: Int) -> Int {
    let count = min(store.room, elements.count - start)
    guard count > 0 else { return 0 }
    store.add(contentsOf: elements[start..<start + count])
    counters.enqueued += count
    return count
  }

  /// Gives back to the store what an unfinished dequeue had taken.
  @inlinable
  mutating func putBack(_ request: DequeueRequest<Element>) {
    guard !request.taken.isEmpty else { return }
    store.putBack(request.taken)
    counters.dequeued -= request.taken.count
    request.taken.removeAll()
  }

  /// Closes for good.
  @inlinable
  mutating func takeEffectOfClose() {
    isClosed = true
    isClosing = false
    store.close()
  }

  /// Notes how an enqueue or a close ended, and that its thread is to be woken if it sleeps.
  @inlinable
  mutating func end(_ request: EnqueueRequest<Element>, _ outcome: EnqueueRequest<Element>.Outcome) {
    request.outcome = outcome
    if let condition = request.ended { ended.append(condition) }
  }
}
