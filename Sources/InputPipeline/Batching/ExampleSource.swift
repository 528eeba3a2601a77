/// Where a batcher's examples come from: a closure that gives one example, or several, at each call.
///
/// A batcher calls it from as many threads as it was given, at the same time.
public struct ExampleSource<Element: Sendable>: Sendable {
  /// Makes one call and enqueues what it gave; `false` at the end of input.
  @usableFromInline let step: @Sendable (any BlockingQueue<Element>) throws -> Bool

  /// A source of single examples.
  ///
  /// - Parameters:
  ///   - next: Gives the next example, or `nil` at the end of input.
  ///   - keepInput: Says which examples to batch; others cost no place in the queue. TensorFlow's `maybe_batch`.
  @inlinable
  public init(
    one next: @escaping @Sendable () throws -> Element?,
    keepInput: @escaping @Sendable (Element) throws -> Bool = { _ in true }
  ) {
    step = { queue in
      guard let example = try next() else { return false }
      if try keepInput(example) { try queue.enqueue(example) }
      return true
    }
  }

  /// A source of several examples at a time; TensorFlow's `enqueue_many`.
  ///
  /// - Parameters:
  ///   - next: Gives the next examples, also none at all, or `nil` at the end of input.
  ///   - keepInput: Says for each example whether to batch it.
  @inlinable
  public init(
    many next: @escaping @Sendable () throws -> [Element]?,
    keepInput: (@Sendable (Element) throws -> Bool)? = nil
  ) {
    step = { queue in
      guard let examples = try next() else { return false }
      try queue.enqueueMany(keepInput.map { try examples.filter($0) } ?? examples)
      return true
    }
  }

  /// A source of the elements of a queue, until it is closed and drained.
  @inlinable
  public init(_ queue: some BlockingQueue<Element>) {
    self.init(one: { queue.dequeue() })
  }
}
