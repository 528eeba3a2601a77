/// Where a batcher's examples come from: a closure that gives one example, or several, at each call.
///
/// A batcher calls it from as many threads as it was given, at the same time.
public struct ExampleSource<Element: Sendable>: Sendable {
  @usableFromInline let form: Form

  /// One or several examples at a call.
  @usableFromInline enum Form: Sendable {
    case one(
      @Sendable () throws -> Element?, keepInput: @Sendable (Element) throws -> Bool)
    case many(
      @Sendable () throws -> [Element]?, keepInput: (@Sendable (Element) throws -> Bool)?)
  }

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
    form = .one(next, keepInput: keepInput)
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
    form = .many(next, keepInput: keepInput)
  }

  /// A source of the elements of a queue, until it is closed and drained.
  @inlinable
  public init(_ queue: some BlockingQueue<Element>) {
    self.init(one: { queue.dequeue() })
  }

  /// Makes one call and enqueues what it gave.
  ///
  /// Generic over the queue, so that it is compiled for the queue's own type.
  @inlinable
  func operation(for queue: some BlockingQueue<Element>) -> QueueRunner.Operation {
    switch form {
    case .one(let next, let keepInput):
      {
        guard let example = try next() else { return false }
        if try keepInput(example) { try queue.enqueue(example) }
        return true
      }
    case .many(let next, let keepInput):
      {
        guard let examples = try next() else { return false }
        try queue.enqueueMany(keepInput.map { try examples.filter($0) } ?? examples)
        return true
      }
    }
  }
}
