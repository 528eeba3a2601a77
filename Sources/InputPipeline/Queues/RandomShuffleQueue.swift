import Threads

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
  ///   - drawing: Among which elements is drawn, and when; see ``ShuffleDrawing``.
  /// - Throws: ``QueueError/minimumNotBelowCapacity(queue:minAfterDequeue:capacity:)``, or
  ///   ``QueueError/poolAboveCapacity(queue:minAfterDequeue:batchSize:capacity:)``.
  @inlinable
  public convenience init<Stored>(
    name: String, capacity: Int, minAfterDequeue: Int, seed: UInt64? = nil,
    drawing: ShuffleDrawing = .asAvailable
  ) throws(QueueError) where Store == ShuffleStore<Stored> {
    if case .inBatches(let batchSize, _, _) = drawing, batchSize > capacity - minAfterDequeue {
      throw .poolAboveCapacity(
        queue: name, minAfterDequeue: minAfterDequeue, batchSize: batchSize, capacity: capacity)
    }
    guard minAfterDequeue >= 0 && minAfterDequeue < capacity else {
      throw .minimumNotBelowCapacity(queue: name, minAfterDequeue: minAfterDequeue, capacity: capacity)
    }
    let seed = seed ?? UInt64.random(in: .min ... .max)
    self.init(
      name: name,
      store: ShuffleStore(
        capacity: capacity, minAfterDequeue: minAfterDequeue, generator: CounterGenerator(key: seed),
        drawing: drawing))
  }
}

extension StoredQueue where Store: ~Copyable {
  /// A random shuffle queue mixes only as well as its minimum allows.
  @available(*, unavailable, message: "a RandomShuffleQueue needs minAfterDequeue:")
  public convenience init<Stored>(name: String, capacity: Int) where Store == ShuffleStore<Stored> {
    fatalError("unavailable")
  }
}

/// Among which of its elements a random shuffle queue draws, and when.
public enum ShuffleDrawing: Sendable, Equatable {
  /// Among all of them, whenever there are more than `minAfterDequeue`: TensorFlow's rule. Which elements
  /// compete in a draw then depends on how far the producers have come.
  case asAvailable

  /// Among a pool of exactly `minAfterDequeue` and a batch; what arrives later waits behind it in line.
  ///
  /// Before each batch the pool is filled from the line, then as many elements as a batch has are drawn from it,
  /// and so on. The order of elements in and the seed decide the order of elements out: neither the speed of
  /// threads nor the capacity has a part in it. It is the order that TensorFlow's queue gives to a consumer that
  /// takes each batch as soon as it may, from producers that come no further than that.
  ///
  /// Elements come in epochs of `epochLength`, at least 1. At the end of an epoch the pool goes out, the minimum
  /// included, before an element of the next one is drawn. The draws of an epoch depend on the seed and on its
  /// number alone, the first of which is `firstEpoch`, at least 0.
  case inBatches(of: Int, epochLength: Int = .max, firstEpoch: Int = 0)
}

/// Elements of which a random one leaves.
///
/// With ``ShuffleDrawing/asAvailable`` all of them are in the pool, and the line is empty.
public struct ShuffleStore<Element: Sendable>: ElementStore, ~Copyable {
  /// The most elements that may be stored.
  public let capacity: Int
  @usableFromInline let minAfterDequeue: Int
  /// The draws between two fillings of the pool; `nil` where the pool is all there is.
  @usableFromInline let batchSize: Int?
  @usableFromInline let epochLength: Int
  @usableFromInline let seed: CounterGenerator
  /// The elements that compete.
  @usableFromInline var pool: [Element] = []
  /// The elements that came after those in the pool.
  @usableFromInline var line = RingBuffer<Element>()
  @usableFromInline var epoch: Int
  @usableFromInline var generator: CounterGenerator
  /// The elements of this epoch that have entered the pool so far.
  @usableFromInline var enteredCount = 0
  /// The draws of this epoch so far.
  @usableFromInline var drawCount = 0
  @usableFromInline var isClosed = false

  /// An empty store; traps if a number of `drawing` is below its least value.
  @inlinable
  init(capacity: Int, minAfterDequeue: Int, generator: CounterGenerator, drawing: ShuffleDrawing) {
    self.capacity = capacity
    self.minAfterDequeue = minAfterDequeue
    seed = generator
    switch drawing {
    case .asAvailable: (batchSize, epochLength, epoch) = (nil, .max, 0)
    case .inBatches(let size, let length, let first):
      require(
        size >= 1 && length >= 1,
        "shuffle queue: a batch and an epoch have at least 1 element, not \(size) and \(length)")
      require(first >= 0, "shuffle queue: the number of an epoch is at least 0, not \(first)")
      (batchSize, epochLength, epoch) = (size, length, first)
    }
    self.generator = generator.derived(UInt64(epoch))
  }

  /// The elements stored now, those in line included.
  @inlinable public var count: Int { pool.count + line.count }

  /// All of the free capacity.
  @inlinable public var room: Int { max(0, capacity - count) }

  /// The elements that can be drawn without another one coming; all of them after a close.
  @inlinable public var takeable: Int {
    guard !isClosed else { return count }
    guard let batchSize else { return max(0, pool.count - minAfterDequeue) }
    let following = lineOfEpoch
    if enteredCount + following == epochLength {
      let later = line.count - following
      let begun = later % epochLength
      // What is complete goes out whole, whatever the minimum; of the epoch behind it, what its full pools give.
      return count - begun
        + (begun < minAfterDequeue + batchSize ? 0 : (begun - minAfterDequeue) / batchSize * batchSize)
    }
    guard isBatchBegun || pool.count >= minAfterDequeue + batchSize else { return 0 }
    return batchSize - drawCount % batchSize + following / batchSize * batchSize
  }

  /// Stores an element behind all others.
  @inlinable
  public mutating func add(_ element: Element) {
    if batchSize == nil {
      pool.append(element)
    } else {
      line.append(element)
      fillPool()
    }
  }

  /// Stores elements behind all others.
  @inlinable
  public mutating func add(contentsOf new: ArraySlice<Element>) {
    if batchSize == nil {
      pool.append(contentsOf: new)
    } else {
      line.append(contentsOf: new)
      fillPool()
    }
  }

  /// Removes a uniformly chosen element of the pool; the last one moves into its place.
  @inlinable
  public mutating func take() -> Element {
    moveDrawnToEnd(1)
    let element = pool.removeLast()
    fillPool()
    return element
  }

  /// Removes `count` uniformly chosen elements, one after the other.
  @inlinable
  public mutating func take(_ count: Int, into taken: inout [Element]) {
    var missing = count
    while missing > 0 {
      let drawn = min(missing, drawableCount)
      moveDrawnToEnd(drawn)
      taken.append(contentsOf: pool.suffix(drawn).reversed())
      pool.removeLast(drawn)
      missing -= drawn
      fillPool()
    }
  }

  /// Undoes the draws that took `taken`, as far as they belong to this epoch.
  ///
  /// A dequeue that fails then leaves no trace in the order of the later ones, whenever it was made.
  @inlinable
  public mutating func putBack(_ taken: [Element]) {
    for element in taken.reversed() {
      // Before the last draw of a batch is undone, so is the filling that came after it.
      if batchSize != nil && drawCount > 0 && !isBatchBegun { emptyPoolToMinimum() }
      pool.append(element)
      guard drawCount > 0 else { continue }
      drawCount -= 1
      pool.swapAt(index(among: pool.count, draw: drawCount), pool.count - 1)
    }
  }

  /// Lets everything be taken.
  @inlinable
  public mutating func close() {
    isClosed = true
  }

  /// The elements in line that belong to the epoch of the pool.
  @inlinable var lineOfEpoch: Int { min(line.count, epochLength - enteredCount) }

  /// Whether some elements of a batch are drawn, and the others are not.
  @inlinable var isBatchBegun: Bool { batchSize.map { drawCount % $0 != 0 } ?? false }

  /// The elements that can be drawn before the pool is filled again; called while something can.
  @inlinable var drawableCount: Int {
    guard let batchSize, lineOfEpoch > 0 || !(isClosed || enteredCount == epochLength) else {
      return pool.count
    }
    return batchSize - drawCount % batchSize
  }

  /// Fills the pool from the line where a batch ends, and begins the next epoch where one has gone out.
  @inlinable
  mutating func fillPool() {
    guard let batchSize else { return }
    if pool.isEmpty && enteredCount == epochLength {
      epoch += 1
      generator = seed.derived(UInt64(epoch))
      (enteredCount, drawCount) = (0, 0)
    }
    guard !isBatchBegun else { return }
    let count = min(minAfterDequeue + batchSize - pool.count, lineOfEpoch)
    guard count > 0 else { return }
    line.removeFirst(count, into: &pool)
    enteredCount += count
  }

  /// Puts what is in the pool beyond the minimum back to the front of the line: the last ones that entered.
  @inlinable
  mutating func emptyPoolToMinimum() {
    let count = pool.count - minAfterDequeue
    guard count > 0 else { return }
    line.prepend(contentsOf: Array(pool.suffix(count)))
    pool.removeLast(count)
    enteredCount -= count
  }

  /// Draws `count` elements of the pool and moves the first of them to its last place, the second to the one
  /// before, and so on.
  @inlinable
  mutating func moveDrawnToEnd(_ count: Int) {
    let total = pool.count
    let firstDraw = drawCount
    // Copied, so that the loop does not read the generator anew after each swap.
    let generator = generator
    pool.withUnsafeMutableBufferPointer { cells in
      for draw in 0..<count {
        let candidates = total - draw
        let place = generator.integer(below: UInt64(candidates), at: UInt64(firstDraw + draw))
        cells.swapAt(Int(truncatingIfNeeded: place), candidates - 1)
      }
    }
    drawCount += count
  }

  /// The place that a draw picks among `candidates` places.
  @inlinable
  func index(among candidates: Int, draw: Int) -> Int {
    Int(truncatingIfNeeded: generator.integer(below: UInt64(candidates), at: UInt64(draw)))
  }
}
