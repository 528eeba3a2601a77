/// A call that waits in the line of enqueues; guarded by the queue's monitor.
@usableFromInline
final class EnqueueRequest<Element> {
  /// What is asked for.
  @usableFromInline
  enum Kind {
    case elements
    case close
  }

  /// How a request ended.
  @usableFromInline
  enum Outcome: Equatable {
    case done
    case closed
  }

  @usableFromInline let kind: Kind
  @usableFromInline let elements: [Element]
  /// The first of ``elements`` that is not stored yet.
  @usableFromInline var next = 0
  @usableFromInline var outcome: Outcome?
  /// Signalled when ``outcome`` is set; made only for a request that did not end at once.
  @usableFromInline var ended: Condition?

  @inlinable
  init(_ kind: Kind, elements: [Element] = []) {
    self.kind = kind
    self.elements = elements
  }
}

/// A call that waits in the line of dequeues; guarded by the queue's monitor.
@usableFromInline
final class DequeueRequest<Element> {
  /// How a request ended.
  @usableFromInline
  enum Outcome {
    case elements([Element])
    case endOfInput
  }

  /// The fewest and the most elements that will do.
  @usableFromInline let counts: ClosedRange<Int>
  /// Whether fewer will do as well once the queue is closed.
  @usableFromInline let allowsFewer: Bool
  /// What was taken so far and belongs to no one else.
  @usableFromInline var taken: [Element] = []
  @usableFromInline var outcome: Outcome?
  /// Signalled when ``outcome`` is set; made only for a request that did not end at once.
  @usableFromInline var ended: Condition?

  @inlinable
  init(counts: ClosedRange<Int>, allowsFewer: Bool) {
    self.counts = counts
    self.allowsFewer = allowsFewer
    taken.reserveCapacity(min(counts.upperBound, 1 << 16))
  }
}
