import Threads

/// A bounded hand-over point that gives elements out in the order of their numbers, whoever finishes first.
///
/// Threads that work side by side put results in under the numbers 0, 1, 2, … of the work; the one consumer
/// gets number 0, then 1, and so on. A result waits outside while its number is `capacity` or more ahead of
/// the next one to leave, so the queue never holds more than `capacity` elements and the one that is needed
/// next always finds room.
public final class SequencedQueue<Element: Sendable>: Closable {
  /// The name used in error messages, thread names and statistics.
  public let name: String

  /// The most elements the queue holds at once; at least 1.
  public let capacity: Int

  let rules: Monitor<SequenceRules<Element>>
  /// One for each place of the ring: whoever waits to fill it.
  private let room: [Condition]
  private let arrival = Condition()

  /// An open queue whose first element to leave has the number 0; traps unless `capacity` is at least 1.
  public init(name: String, capacity: Int) {
    require(capacity >= 1, "queue '\(name)': the capacity must be at least 1, not \(capacity)")
    self.name = name
    self.capacity = capacity
    rules = Monitor(SequenceRules(capacity: capacity))
    room = (0..<capacity).map { _ in Condition() }
  }

  /// Puts in the element with `number`, waiting while its place is taken by an earlier one.
  ///
  /// What ends the wait: the consumer's progress, or a close that cancels pending enqueues.
  ///
  /// - Parameter number: Each number is used once; traps if it was used before.
  /// - Throws: ``QueueError/closed(queue:storedCount:)``; the element is then not in the queue.
  public func enqueue(_ element: Element, at number: Int) throws(QueueError) {
    var entry = rules.withLock { rules in
      let entry = rules.enqueueNow(element, at: number)
      if entry == nil { rules.counters.enqueueWaits.begin() }
      return entry
    }
    if entry == nil {
      let activity = ThreadActivity.current
      activity?.wait(at: name, for: .room)
      defer { activity?.goOn() }
      entry = rules.wait(on: room[number % capacity]) { rules in
        guard let entry = rules.enqueueNow(element, at: number) else { return nil }
        rules.counters.enqueueWaits.end()
        return entry
      }
    }
    switch entry! {
    case .awaited: arrival.signal()
    case .early: break
    case .closed: throw .closed(queue: name)
    }
  }

  /// Takes out the next element in order, waiting until it is there; only one thread at a time may call this.
  ///
  /// What ends the wait: the element, a close after which it can no longer come, or the deadline.
  ///
  /// - Parameter patience: How long two elements are waited for before one is enough: who takes them in pairs is
  ///   woken half as often. `nil` for whoever wants each at once.
  /// - Returns: The element, or `nil` once the queue is closed and the next one is missing.
  /// - Throws: ``QueueError/deadlineExceeded(queue:storedCount:)`` alone.
  public func dequeue(
    deadline: ContinuousClock.Instant? = nil, patience: Duration? = nil
  ) throws(QueueError) -> Element? {
    var exit = rules.withLock { rules in
      let exit = rules.dequeueNow()
      if exit == nil { rules.counters.dequeueWaits.begin() }
      return exit
    }
    if exit == nil {
      let activity = ThreadActivity.current
      activity?.wait(at: name, for: .element)
      defer { activity?.goOn() }
      if let patience {
        exit = rules.wait(on: arrival, deadline: min(deadline ?? .now + patience, .now + patience)) { rules in
          rules.awaitedCount = 2
          return rules.dequeueNow(ofAtLeast: 2)
        }
      }
      exit =
        exit
        ?? rules.wait(on: arrival, deadline: deadline) { rules in
          rules.awaitedCount = 1
          return rules.dequeueNow()
        }
      rules.withLock { $0.counters.dequeueWaits.end() }
    }
    switch exit {
    case .element(let element, let freedPlace):
      // All of them: two may wait for one place, and only the one with the lower number can go on.
      room[freedPlace].broadcast()
      return element
    case .endOfInput: return nil
    case nil: throw .deadlineExceeded(queue: name)
    }
  }

  /// Whether the next element in order is there.
  public var isNextReady: Bool {
    rules.withLock { $0.holdsNext(1) }
  }

  /// Closes the queue; the elements that can still leave in order do.
  ///
  /// - Parameter cancelPendingEnqueues: When `true`, waiting enqueues end with ``QueueError/closed(queue:storedCount:)``;
  ///   otherwise they may still finish.
  public func close(cancelPendingEnqueues: Bool) {
    rules.withLock { $0.close(cancelPendingEnqueues: cancelPendingEnqueues) }
    arrival.broadcast()
    for condition in room { condition.broadcast() }
  }

  /// Whether the queue was closed.
  public var isClosed: Bool {
    rules.withLock { $0.isClosed }
  }

  /// What has passed through the queue and how long callers waited.
  public var statistics: QueueStatistics {
    rules.withLock { rules in
      rules.counters.statistics(name: name, capacity: capacity, size: rules.count)
    }
  }
}

/// The rules of ``SequencedQueue``, free of threads: a ring with a place for each number that may be inside.
struct SequenceRules<Element> {
  /// How an enqueue ended.
  enum Entry {
    /// Stored, and it was the last of those that the consumer waits for.
    case awaited
    /// Stored ahead of its turn, or while nobody waits.
    case early
    case closed
  }

  /// How a dequeue ended.
  enum Exit {
    case element(Element, freedPlace: Int)
    case endOfInput
  }

  private var places: [Element?]
  /// The number that leaves next.
  private(set) var next = 0
  private(set) var count = 0
  private(set) var isClosed = false
  private var refusesPending = false
  /// Enqueues that were refused a place while the queue was open and may still come.
  private(set) var pending: Set<Int> = []
  /// How many elements from the number ``next`` on a consumer waits for; 0 if nobody waits.
  var awaitedCount = 0
  var counters = QueueCounters()

  init(capacity: Int) {
    places = Array(repeating: nil, count: capacity)
  }

  /// Stores the element with `number`; `nil` means "not yet".
  mutating func enqueueNow(_ element: Element, at number: Int) -> Entry? {
    require(number >= next, "the element with number \(number) has left already")
    guard !refusesPending && (!isClosed || pending.contains(number)) else { return .closed }
    guard number < next + places.count else {
      pending.insert(number)
      return nil
    }
    let place = number % places.count
    require(places[place] == nil, "there is an element with number \(number) already")
    if !pending.isEmpty { pending.remove(number) }
    places[place] = element
    count += 1
    counters.enqueued += 1
    guard awaitedCount > 0 && number < next + awaitedCount && holdsNext(awaitedCount) else { return .early }
    awaitedCount = 0
    return .awaited
  }

  /// Whether the next `count` elements are there, or as many as have room.
  func holdsNext(_ count: Int) -> Bool {
    (next..<next + min(count, places.count)).allSatisfy { places[$0 % places.count] != nil }
  }

  /// Removes the next element in order; `nil` means "not yet".
  ///
  /// - Parameter least: So many must be there, unless no more come.
  mutating func dequeueNow(ofAtLeast least: Int = 1) -> Exit? {
    guard least == 1 || isClosed || holdsNext(least) else { return nil }
    let place = next % places.count
    guard let element = places[place] else {
      return isClosed && (refusesPending || !pending.contains(next)) ? .endOfInput : nil
    }
    counters.sample(size: count)
    places[place] = nil
    next += 1
    count -= 1
    counters.dequeued += 1
    return .element(element, freedPlace: place)
  }

  /// Closes; waiting enqueues may finish unless `cancelPendingEnqueues`.
  mutating func close(cancelPendingEnqueues: Bool) {
    isClosed = true
    refusesPending = refusesPending || cancelPendingEnqueues
  }
}
