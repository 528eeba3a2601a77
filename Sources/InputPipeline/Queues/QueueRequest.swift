/// A call that waits in the line of enqueues; guarded by the queue's monitor.
@usableFromInline
final class EnqueueRequest<Element> {
  /// What is asked for.
  @usableFromInline
  enum Kind {
    case elements
    case close
    case endEpoch
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

  @usableFromInline let count: Int
  /// Whether fewer than ``count`` elements will do once the queue is closed.
  @usableFromInline let allowsFewer: Bool
  /// What was taken so far and belongs to no one else.
  @usableFromInline var taken: [Element] = []
  @usableFromInline var outcome: Outcome?
  /// Signalled when ``outcome`` is set; made only for a request that did not end at once.
  @usableFromInline var ended: Condition?

  @inlinable
  init(count: Int, allowsFewer: Bool) {
    self.count = count
    self.allowsFewer = allowsFewer
    taken.reserveCapacity(min(count, 1 << 16))
  }
}
