/// A queue that gives out a random one of its elements and keeps some back for good mixing.
///
/// Source: TensorFlow 1.x, `tf.RandomShuffleQueue`.
public typealias RandomShuffleQueue<Element: Sendable> = StoredQueue<ShuffleStore<Element>>

extension StoredQueue {
  /// A random shuffle queue.
  ///
  /// - Parameters:
  ///   - name: For error messages, thread names and statistics.
  ///   - capacity: The most elements inside; `Int.max` means unbounded.
  ///   - minAfterDequeue: The elements that stay behind while the queue is open; from 0 to less than `capacity`.
  ///   - seed: Equal seeds and equal orders of operations give equal outputs; `nil` draws a seed.
  ///   - drawing: When elements may be taken; see ``ShuffleDrawing``.
  ///   - firstEpoch: The number of the epoch that begins now; see ``endEpoch()``.
  /// - Throws: ``QueueError/minimumNotBelowCapacity(queue:minAfterDequeue:capacity:)``.
  @inlinable
  public convenience init<Stored>(
    name: String, capacity: Int, minAfterDequeue: Int, seed: UInt64? = nil,
    drawing: ShuffleDrawing = .asAvailable, firstEpoch: Int = 0
  ) throws(QueueError) where Store == ShuffleStore<Stored> {
    guard minAfterDequeue >= 0 && minAfterDequeue < capacity else {
      throw .minimumNotBelowCapacity(queue: name, minAfterDequeue: minAfterDequeue, capacity: capacity)
    }
    let seed = seed ?? UInt64.random(in: .min ... .max)
    self.init(
      name: name,
      store: ShuffleStore(
        capacity: capacity, minAfterDequeue: minAfterDequeue, generator: CounterGenerator(key: seed),
        drawing: drawing, firstEpoch: firstEpoch))
  }

  /// Ends an epoch: everything inside goes out, the minimum included, before anything enqueued from now on.
  ///
  /// The request waits in the line of enqueues, so it takes effect after the enqueues before it. The draws of
  /// the next epoch depend on the seed and the number of the epoch alone, not on the draws before.
  /// What ends the wait: room for the enqueues before it, or a close.
  ///
  /// - Throws: ``QueueError/closed(queue:)``.
  @inlinable
  public func endEpoch<Stored>() throws(QueueError) where Store == ShuffleStore<Stored> {
    let request = EnqueueRequest<Element>(.endEpoch)
    let outcome = changing { rules in
      rules.submit(request)
      return request.outcome
    }
    try finish(request, outcome, deadline: nil)
  }
}

/// When a random shuffle queue lets elements be taken.
public enum ShuffleDrawing: Sendable {
  /// Whenever there are more than `minAfterDequeue` inside: TensorFlow's rule. Which elements compete in a draw
  /// then depends on how far the producers have come.
  case asAvailable

  /// In turns: the queue fills to its capacity while nobody may take, then it is drawn down to
  /// `minAfterDequeue` while nobody may add, and so on. The order of elements in and the seed then decide the
  /// order of elements out; the speed of threads has no part in it.
  case inTurns
}

/// Elements in no order, taken at random.
public struct ShuffleStore<Element: Sendable>: ElementStore {
  /// The most elements that may be stored.
  public let capacity: Int
  @usableFromInline let minAfterDequeue: Int
  @usableFromInline let drawing: ShuffleDrawing
  @usableFromInline let seed: CounterGenerator
  @usableFromInline var elements: [Element] = []
  @usableFromInline var epoch: Int
  @usableFromInline var generator: CounterGenerator
  @usableFromInline var drawCount: UInt64 = 0
  /// With ``ShuffleDrawing/inTurns``: whether it is the consumers' turn.
  @usableFromInline var isDrawing = false
  @usableFromInline var isEndingEpoch = false
  @usableFromInline var isClosed = false

  @inlinable
  init(
    capacity: Int, minAfterDequeue: Int, generator: CounterGenerator, drawing: ShuffleDrawing,
    firstEpoch: Int
  ) {
    self.capacity = capacity
    self.minAfterDequeue = minAfterDequeue
    self.drawing = drawing
    seed = generator
    epoch = firstEpoch
    self.generator = generator.derived(UInt64(firstEpoch))
  }

  /// The elements stored now.
  @inlinable public var count: Int { elements.count }

  /// The free capacity; none while an epoch ends or, in turns, while it is the consumers' turn.
  @inlinable public var room: Int {
    isEndingEpoch || isDrawing ? 0 : max(0, capacity - elements.count)
  }

  /// The elements above the minimum; all of them while an epoch ends and after a close.
  @inlinable public var takeable: Int {
    if isClosed || isEndingEpoch { return elements.count }
    if drawing == .inTurns && !isDrawing { return 0 }
    return max(0, elements.count - minAfterDequeue)
  }

  /// Stores an element, which competes from the next draw on.
  @inlinable
  public mutating func add(_ element: Element) {
    elements.append(element)
    if drawing == .inTurns && elements.count == capacity { isDrawing = true }
  }

  /// Removes a uniformly chosen element; the last one moves into its place.
  @inlinable
  public mutating func take() -> Element {
    let index = Int(truncatingIfNeeded: generator.integer(below: UInt64(elements.count), at: drawCount))
    drawCount += 1
    elements.swapAt(index, elements.count - 1)
    let element = elements.removeLast()
    if elements.count <= minAfterDequeue { endTurn() }
    return element
  }

  /// Stores elements again; their place is of no importance.
  @inlinable
  public mutating func putBack(_ elements: [Element]) {
    self.elements.append(contentsOf: elements)
  }

  /// Lets everything be taken.
  @inlinable
  public mutating func close() {
    isClosed = true
  }

  /// Lets everything be taken and nothing be added until the store is empty.
  @inlinable
  public mutating func endEpoch() {
    isEndingEpoch = true
    if elements.isEmpty { endTurn() }
  }

  /// Called when no more than the minimum is left: ends the consumers' turn and, once empty, the epoch.
  @inlinable
  mutating func endTurn() {
    if isEndingEpoch && elements.isEmpty {
      isEndingEpoch = false
      epoch += 1
      generator = seed.derived(UInt64(epoch))
      drawCount = 0
    }
    isDrawing = false
  }
}
