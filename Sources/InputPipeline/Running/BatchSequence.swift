/// Batches for a task: each is taken by a thread that may block, never on Swift's cooperative pool.
///
/// The thread starts with the first request and takes a batch only when a task asks for one. All iterators
/// share it and the batches: each batch goes to one of them.
///
/// The sequence ends with the input, or as soon as the coordinator stops: with the error that the coordinator
/// keeps, if there is one. When a waiting task is cancelled, it gets a `CancellationError` at once; the batch
/// that was on its way is kept for the next request.
public struct BatchSequence<Element: Sendable>: AsyncSequence, Sendable {
  private let feeder: BatchFeeder<Element>

  /// A sequence of what `next` gives.
  ///
  /// - Parameters:
  ///   - coordinator: Stops the thread, and is stopped by errors of `next`.
  ///   - name: The name of the thread.
  ///   - next: Gives the next batch, or `nil` at the end of input. May block, but must return once the
  ///     coordinator stops; a queue that is then closed sees to that.
  public init(
    _ coordinator: Coordinator, name: String = "batches", next: @escaping @Sendable () throws -> Element?
  ) {
    feeder = BatchFeeder(coordinator, name: name, endWhenStopped: nil, next: next)
  }

  /// A sequence that ends with an error also where the coordinator stops without one, before `next` has come to the end.
  init(
    _ coordinator: Coordinator, name: String = "batches", endWhenStopped: any Error,
    next: @escaping @Sendable () throws -> Element?
  ) {
    feeder = BatchFeeder(coordinator, name: name, endWhenStopped: endWhenStopped, next: next)
  }

  /// An iterator over the batches that no other iterator has taken.
  public func makeAsyncIterator() -> Iterator {
    Iterator(feeder: feeder)
  }

  /// Asks for one batch after the other.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    let feeder: BatchFeeder<Element>

    /// Waits for the next batch.
    ///
    /// What ends the wait: a batch, the end of input, a stop, or the cancellation of the task.
    ///
    /// - Returns: `nil` at the end of input, and after a stop without an error.
    /// - Throws: The error of the coordinator, once; `CancellationError`; `ThreadError.cannotStart(thread:errno:)`.
    public func next() async throws -> Element? {
      try await feeder.next()
    }
  }
}
