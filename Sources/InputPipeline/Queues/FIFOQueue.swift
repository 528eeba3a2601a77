import Threads

/// A first-in, first-out queue: elements leave in the order in which they came, for any mixture of calls.
///
/// Source: TensorFlow 1.x, `tf.FIFOQueue`.
public typealias FIFOQueue<Element: Sendable> = StoredQueue<FIFOStore<Element>>

extension StoredQueue where Store: ~Copyable {
  /// A first-in, first-out queue.
  ///
  /// - Parameters:
  ///   - name: For error messages, thread names and statistics.
  ///   - capacity: The most elements inside, at least 0; `Int.max` means unbounded. With 0 every enqueue
  ///     waits until it is cancelled: elements are never handed over directly.
  @inlinable
  public convenience init<Stored>(name: String, capacity: Int) where Store == FIFOStore<Stored> {
    self.init(name: name, store: FIFOStore(capacity: capacity))
  }
}

extension StoredQueue where Store: ~Copyable {
  /// A first-in, first-out queue has no minimum.
  @available(*, unavailable, message: "a FIFOQueue keeps no minimum back; use RandomShuffleQueue")
  public convenience init<Stored>(name: String, capacity: Int, minAfterDequeue: Int)
  where Store == FIFOStore<Stored> {
    self.init(name: name, capacity: capacity)
  }
}

/// Elements in the order of their arrival.
public struct FIFOStore<Element: Sendable>: ElementStore, ~Copyable {
  /// The most elements that may be stored.
  public let capacity: Int
  @usableFromInline var elements = RingBuffer<Element>()

  /// An empty store; traps if `capacity` is negative.
  @inlinable
  public init(capacity: Int) {
    require(capacity >= 0, "queue: the capacity must be at least 0, not \(capacity)")
    self.capacity = capacity
  }

  /// The elements stored now.
  @inlinable public var count: Int { elements.count }
  /// All of the free capacity.
  @inlinable public var room: Int { max(0, capacity - elements.count) }
  /// Everything inside.
  @inlinable public var takeable: Int { elements.count }

  /// Stores an element as the last.
  @inlinable public mutating func add(_ element: Element) { elements.append(element) }
  /// Stores elements behind all others.
  @inlinable public mutating func add(contentsOf new: ArraySlice<Element>) {
    elements.append(contentsOf: new)
  }
  /// Removes the first element.
  @inlinable public mutating func take() -> Element { elements.removeFirst() }
  /// Removes the first elements.
  @inlinable
  public mutating func take(_ count: Int, into taken: inout [Element]) {
    elements.removeFirst(count, into: &taken)
  }
  /// Stores elements in front of all others, in their order.
  @inlinable public mutating func putBack(_ taken: [Element]) { elements.prepend(contentsOf: taken) }
  /// Does nothing: whatever is inside may be taken anyway.
  @inlinable public mutating func close() {}
}
