import DequeModule

/// The rules that all queues share, free of threads: who waits, who is served, and what a close does.
///
/// Requests wait in two lines, enqueues (and closes) in one, dequeues in the other. Only the first of a line
/// makes progress, piece by piece, and blocks everyone behind it. After each event both lines are served until
/// nothing changes, enqueues first. Requests that ended are handed out by ``takeEnded()``, so that their threads
/// are woken after the lock is released.
/// Source: TensorFlow 1.x, `core/kernels/queue_base.cc`.
@usableFromInline
struct QueueRules<Store: ElementStore> {
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
  init(store: Store) {
    self.store = store
  }

  // MARK: Enqueueing

  /// Stores one element if that is possible without waiting.
  ///
  /// - Returns: `nil` when the call must wait: ``submit(_:)`` a request.
  @inlinable
  mutating func enqueueNow(_ element: Element) -> EnqueueRequest<Element>.Outcome? {
    guard !isClosed && !isClosing else { return .closed }
    guard enqueueRequests.isEmpty && store.room > 0 else { return nil }
    store.add(element)
    counters.enqueued += 1
    if !dequeueRequests.isEmpty { serve() }
    return .done
  }

  /// Stores as many elements as possible without waiting, from the first on.
  ///
  /// - Returns: `nil` when the call must wait with a request for the elements from `next` on.
  @inlinable
  mutating func enqueueNow(_ elements: [Element], next: inout Int) -> EnqueueRequest<Element>.Outcome? {
    guard !isClosed && !isClosing else { return .closed }
    guard enqueueRequests.isEmpty else { return nil }
    while true {
      next += store(elements, from: next)
      if !dequeueRequests.isEmpty { serve() }
      if next == elements.count { return .done }
      if store.room == 0 { return nil }
    }
  }

  /// Puts a request at the end of the line and serves both lines.
  @inlinable
  mutating func submit(_ request: EnqueueRequest<Element>) {
    switch request.kind {
    case .elements, .endEpoch:
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

  /// Takes one element if that is possible without waiting.
  ///
  /// - Returns: `nil` when the call must wait: ``submit(_:)`` a request.
  @inlinable
  mutating func dequeueNow() -> Element?? {
    guard dequeueRequests.isEmpty else { return nil }
    guard store.takeable > 0 else { return isClosed ? .some(nil) : nil }
    counters.sample(size: store.count)
    counters.dequeued += 1
    let element = store.take()
    if !enqueueRequests.isEmpty { serve() }
    return .some(element)
  }

  /// Takes `count` elements if that is possible without waiting.
  ///
  /// - Returns: `nil` when the call must wait, or when the queue is closed: ``submit(_:)`` a request.
  @inlinable
  mutating func dequeueNow(_ count: Int) -> [Element]? {
    guard dequeueRequests.isEmpty && store.takeable >= count else { return nil }
    counters.sample(size: store.count)
    counters.dequeued += count
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(store.take()) }
    if !enqueueRequests.isEmpty { serve() }
    return elements
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
        ended.append(request.ended)
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
    case .endEpoch:
      store.endEpoch()
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
    let missing = request.count - request.taken.count
    if isClosed && store.count < missing && !(request.allowsFewer && request.taken.count + store.count > 0) {
      // Not enough will ever come. What is put back may serve the next in line.
      hasChanged = hasChanged || !request.taken.isEmpty
      putBack(request)
      return .endOfInput
    }
    let wanted = min(missing, store.takeable)
    for _ in 0..<wanted { request.taken.append(store.take()) }
    counters.dequeued += wanted
    hasChanged = hasChanged || wanted > 0
    return wanted == missing || isClosed ? .elements(request.taken) : nil
  }

  /// Adds elements from `start` on while there is room; returns how many.
  @inlinable
  mutating func store(_ elements: [Element], from start: Int) -> Int {
    var next = start
    while next < elements.count && store.room > 0 {
      let stop = next + min(store.room, elements.count - next)
      while next < stop {
        store.add(elements[next])
        next += 1
      }
    }
    counters.enqueued += next - start
    return next - start
  }

  @inlinable
  mutating func putBack(_ request: DequeueRequest<Element>) {
    guard !request.taken.isEmpty else { return }
    store.putBack(request.taken)
    counters.dequeued -= request.taken.count
    request.taken.removeAll()
  }

  @inlinable
  mutating func takeEffectOfClose() {
    isClosed = true
    isClosing = false
    store.close()
  }

  @inlinable
  mutating func end(_ request: EnqueueRequest<Element>, _ outcome: EnqueueRequest<Element>.Outcome) {
    request.outcome = outcome
    ended.append(request.ended)
  }
}
