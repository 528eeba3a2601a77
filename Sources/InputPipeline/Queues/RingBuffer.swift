/// Elements in the order of their arrival, in one block of memory that is written round and round.
///
/// It grows when needed and never shrinks: it has cells for at most twice the most elements it ever held, or
/// for 8. It owns its memory, so it is moved and never copied, and no check for sharing stands in an
/// element's way.
///
/// The type is `@unchecked Sendable` because nobody else knows the memory: a buffer goes from thread to
/// thread whole.
@frozen @usableFromInline
struct RingBuffer<Element>: ~Copyable {
  @usableFromInline var cells: UnsafeMutablePointer<Element>
  /// The number of cells: 0 or a power of two, so that a mask takes the place of a division.
  @usableFromInline var cellCount: Int
  /// The cell of the first element.
  @usableFromInline var head = 0
  /// The number of elements inside.
  @usableFromInline var count = 0

  /// An empty buffer without memory.
  @inlinable
  init() {
    cells = .allocate(capacity: 0)
    cellCount = 0
  }

  @inlinable
  deinit {
    let first = min(count, cellCount - head)
    (cells + head).deinitialize(count: first)
    cells.deinitialize(count: count - first)
    cells.deallocate()
  }

  /// Whether there is no element inside.
  @inlinable var isEmpty: Bool { count == 0 }

  /// Puts an element behind all others.
  @inlinable
  mutating func append(_ element: Element) {
    if count == cellCount { grow(toHold: count + 1) }
    (cells + cell(count)).initialize(to: element)
    count &+= 1
  }

  /// Puts elements behind all others, in their order.
  @inlinable
  mutating func append(contentsOf elements: ArraySlice<Element>) {
    if count + elements.count > cellCount { grow(toHold: count + elements.count) }
    fill(from: cell(count), with: elements)
    count &+= elements.count
  }

  /// Puts elements in front of all others, in their order.
  @inlinable
  mutating func prepend(contentsOf elements: [Element]) {
    if count + elements.count > cellCount { grow(toHold: count + elements.count) }
    guard !elements.isEmpty else { return }
    head = cell(cellCount - elements.count)
    fill(from: head, with: elements[...])
    count &+= elements.count
  }

  /// Removes the first element; traps if there is none.
  @inlinable
  mutating func removeFirst() -> Element {
    precondition(count > 0, "an empty ring buffer has no first element")
    let element = (cells + head).move()
    head = cell(1)
    count &-= 1
    return element
  }

  /// Removes the first `number` elements and appends them to `removed`; traps if there are fewer.
  @inlinable
  mutating func removeFirst(_ number: Int, into removed: inout [Element]) {
    precondition(number >= 0 && number <= count, "a ring buffer gives out no more than it holds")
    let first = min(number, cellCount - head)
    removed.append(contentsOf: UnsafeMutableBufferPointer(start: cells + head, count: first))
    (cells + head).deinitialize(count: first)
    if number > first {
      removed.append(contentsOf: UnsafeMutableBufferPointer(start: cells, count: number - first))
      cells.deinitialize(count: number - first)
    }
    head = cell(number)
    count &-= number
  }

  /// The cell of the element with the number `offset`, counted from the first; `offset` is at least 0.
  @inlinable
  func cell(_ offset: Int) -> Int {
    (head &+ offset) & (cellCount &- 1)
  }

  /// Copies elements into free cells, from cell `start` on and round the end.
  @inlinable
  func fill(from start: Int, with elements: ArraySlice<Element>) {
    elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      let first = min(source.count, cellCount - start)
      (cells + start).initialize(from: base, count: first)
      cells.initialize(from: base + first, count: source.count - first)
    }
  }

  /// Moves everything to a block of memory for `number` elements or more.
  @usableFromInline
  mutating func grow(toHold number: Int) {
    var newCount = max(8, cellCount)
    while newCount < number { newCount *= 2 }
    let newCells = UnsafeMutablePointer<Element>.allocate(capacity: newCount)
    let first = min(count, cellCount - head)
    newCells.moveInitialize(from: cells + head, count: first)
    (newCells + first).moveInitialize(from: cells, count: count - first)
    cells.deallocate()
    cells = newCells
    cellCount = newCount
    head = 0
  }
}

extension RingBuffer: @unchecked Sendable where Element: Sendable {}
