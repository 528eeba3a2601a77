/// Where a queue keeps its elements, and how many may go in and out at the moment.
///
/// A store is a plain value without threads, owned by one queue. ``StoredQueue`` puts `QueueRules` and a
/// lock around it; what tells one kind of queue from another is its store alone.
public protocol ElementStore<Element>: ~Copyable, Sendable {
  /// What is stored.
  associatedtype Element: Sendable

  /// The most elements that may be stored; `Int.max` means unbounded.
  var capacity: Int { get }

  /// The elements stored now.
  var count: Int { get }

  /// How many elements may be added now, at most `capacity - count`.
  var room: Int { get }

  /// How many elements may be taken now, at most `count`; all of them after ``close()``.
  var takeable: Int { get }

  /// Stores an element. Called only while ``room`` is above 0.
  mutating func add(_ element: Element)

  /// Stores one or more elements in their order. Called only while ``room`` is at least their number.
  mutating func add(contentsOf elements: ArraySlice<Element>)

  /// Removes the element that the kind of queue gives out next. Called only while ``takeable`` is above 0.
  mutating func take() -> Element

  /// Appends to `taken` what `count` calls of ``take()`` give.
  ///
  /// Called only while ``takeable`` is at least `count`, and `count` at least 1.
  mutating func take(_ count: Int, into taken: inout [Element])

  /// Stores elements again that were taken last, in the order in which they were taken.
  ///
  /// There may be more of them than ``room``: what was inside a moment ago always fits.
  mutating func putBack(_ elements: [Element])

  /// Tells the store that no element will be added any more.
  mutating func close()
}
