/// A queue that gives out a random one of its elements and keeps some back for good mixing.
///
/// Source: TensorFlow 1.x, `tf.RandomShuffleQueue`.
public typealias RandomShuffleQueue<Element: Sendable> = StoredQueue<ShuffleStore<Element>>

extension StoredQueue where Store: ~Copyable {
  /// A random shuffle queue.
  ///
  /// - Parameters:
  ///   - name: For error messages, thread names and statistics.
  ///   - capacity: The most elements inside; `Int.max` means unbounded.
  ///   - minAfterDequeue: The elements that stay behind while the queue is open; from 0 to less than
  ///     `capacity`.
  ///   - seed: Equal seeds and equal orders of operations give equal outputs; `nil` draws a seed.
  ///   - drawing: When elements may be taken; see ``ShuffleDrawing``.
  ///   - firstEpoch: The number of the epoch that begins now, at least 0; see ``endEpoch()``.
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
  /// Two of these calls with nothing enqueued between them make an epoch without elements.
  /// What ends the wait: room for the enqueues before it, the end of the epoch before, or a close that
  /// cancels pending enqueues.
  ///
  /// - Throws: ``QueueError/closed(queue:)``.
  @inlinable
  public func endEpoch<Stored>() throws(QueueError) where Store == ShuffleStore<Stored> {
    try wait(for: EnqueueRequest(.endEpoch), deadline: nil)
  }
}

/// When a random shuffle queue lets elements be taken.
public enum ShuffleDrawing: Sendable {
  /// Whenever there are more than `minAfterDequeue` inside: TensorFlow's rule. Which elements compete in a
  /// draw then depends on how far the producers have come.
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
  /// The draws of this epoch so far.
  @usableFromInline var drawCount: UInt64 = 0
  /// With ``ShuffleDrawing/inTurns``: whether it is the consumers' turn.
  @usableFromInline var isDrawing = false
  /// From ``endEpoch()`` until the first element of the next epoch.
  @usableFromInline var isEndingEpoch = false
  @usableFromInline var isClosed = false

  /// An empty store; traps if `firstEpoch` is negative.
  @inlinable
  init(
    capacity: Int, minAfterDequeue: Int, generator: CounterGenerator, drawing: ShuffleDrawing,
    firstEpoch: Int
  ) {
    precondition(firstEpoch >= 0, "the number of an epoch is at least 0")
    self.capacity = capacity
    self.minAfterDequeue = minAfterDequeue
    self.drawing = drawing
    seed = generator
    epoch = firstEpoch
    self.generator = generator.derived(UInt64(firstEpoch))
  }

  /// The elements stored now.
  @inlinable public var count: Int { elements.count }

  /// The free capacity; none while an epoch goes out or, in turns, while it is the consumers' turn.
  @inlinable public var room: Int {
    if isDrawing || (isEndingEpoch && !elements.isEmpty) { return 0 }
    return max(0, capacity - elements.count)
  }

  /// The elements above the minimum; all of them while an epoch goes out and after a close.
  @inlinable public var takeable: Int {
    if isClosed || isEndingEpoch { return elements.count }
    if drawing == .inTurns && !isDrawing { return 0 }
    return max(0, elements.count - minAfterDequeue)
  }

  /// Stores an element, which competes from the next draw on.
  @inlinable
  public mutating func add(_ element: Element) {
    if isEndingEpoch { beginEpoch() }
    elements.append(element)
    if drawing == .inTurns && elements.count >= capacity { isDrawing = true }
  }

  /// Stores elements, which compete from the next draw on.
  @inlinable
  public mutating func add(contentsOf new: ArraySlice<Element>) {
    if isEndingEpoch { beginEpoch() }
    elements.append(contentsOf: new)
    if drawing == .inTurns && elements.count >= capacity { isDrawing = true }
  }

  /// Removes a uniformly chosen element; the last one moves into its place.
  @inlinable
  public mutating func take() -> Element {
    moveDrawnToEnd(1)
    return elements.removeLast()
  }

  /// Removes `count` uniformly chosen elements, one after the other.
  @inlinable
  public mutating func take(_ count: Int, into taken: inout [Element]) {
    moveDrawnToEnd(count)
    taken.append(contentsOf: elements.suffix(count).reversed())
    elements.removeLast(count)
  }

  /// Undoes the draws that took `taken`, as far as they belong to this epoch.
  ///
  /// A dequeue that fails then leaves no trace in the order of the later ones, whenever it was made. If they
  /// were drawn in the consumers' turn, the turn goes on.
  @inlinable
  public mutating func putBack(_ taken: [Element]) {
    for element in taken.reversed() {
      elements.append(element)
      guard drawCount > 0 else { continue }
      drawCount -= 1
      elements.swapAt(
        Self.index(among: elements.count, generator, draw: drawCount), elements.count - 1)
    }
    if drawing == .inTurns && elements.count > minAfterDequeue { isDrawing = true }
  }

  /// Lets everything be taken.
  @inlinable
  public mutating func close() {
    isClosed = true
  }

  /// Lets everything be taken and nothing be added until the store is empty.
  @inlinable
  public mutating func endEpoch() -> Bool {
    if isEndingEpoch {
      guard elements.isEmpty else { return false }
      beginEpoch()
    }
    isEndingEpoch = true
    return true
  }

  /// Draws `count` elements and moves the first of them to the last place, the second to the one before, and
  /// so on; ends the consumers' turn if no more than the minimum is left.
  @inlinable
  mutating func moveDrawnToEnd(_ count: Int) {
    let remaining = elements.count - count
    let firstDraw = drawCount
    // Copied, so that the loop does not read the generator anew after each swap.
    let generator = generator
    elements.withUnsafeMutableBufferPointer { cells in
      for draw in 0..<count {
        let candidates = remaining + count - draw
        cells.swapAt(
          Self.index(among: candidates, generator, draw: firstDraw &+ UInt64(draw)), candidates - 1)
      }
    }
    drawCount += UInt64(count)
    if remaining <= minAfterDequeue { isDrawing = false }
  }

  /// The place that a draw picks among `candidates` places.
  @inlinable
  static func index(among candidates: Int, _ generator: CounterGenerator, draw: UInt64) -> Int {
    Int(truncatingIfNeeded: generator.integer(below: UInt64(truncatingIfNeeded: candidates), at: draw))
  }

  /// Makes the draws those of the next epoch.
  @inlinable
  mutating func beginEpoch() {
    isEndingEpoch = false
    epoch += 1
    generator = seed.derived(UInt64(epoch))
    drawCount = 0
  }
}
