/// The thread behind a ``BatchSequence``.
///
/// The thread holds the hand-over and not this object, so that it ends when the last sequence and iterator go.
final class BatchFeeder<Element: Sendable>: Sendable {
  private let handOver: BatchHandOver<Element>
  private let thread: PipelineThread
  private let coordinator: Coordinator

  init(
    _ coordinator: Coordinator, name: String, endWhenStopped: (any Error)?,
    next: @escaping @Sendable () throws -> Element?
  ) {
    let handOver = BatchHandOver<Element>(endWhenStopped: endWhenStopped)
    self.handOver = handOver
    self.coordinator = coordinator
    thread = PipelineThread(name: name) { handOver.feed(next, coordinator) }
  }

  deinit {
    handOver.end(because: nil)
  }

  /// Waits for the next batch; see ``BatchSequence/Iterator/next()``.
  func next() async throws -> Element? {
    if handOver.claimStart() { try start() }
    return try await handOver.next()
  }

  private func start() throws(ThreadError) {
    coordinator.register([thread])
    do throws(ThreadError) { try thread.start() } catch {
      // Tasks that came while the thread was being started would wait for ever.
      handOver.end(because: error)
      throw error
    }
    // Weak, or a coordinator that is never stopped would keep itself alive through its own actions.
    coordinator.onStop { [weak handOver, weak coordinator] in
      if let coordinator { handOver?.end(with: coordinator) }
    }
  }
}

/// The place where the thread leaves batches for tasks.
final class BatchHandOver<Element: Sendable>: Sendable {
  private typealias Rules = HandOverRules<Element, CheckedContinuation<Element?, any Error>>

  private let rules = Monitor(Rules())
  private let isStarted = Monitor(false)
  private let changed = Condition()
  /// The end of the batches where the coordinator stops without an error; `nil` for a normal end.
  private let endWhenStopped: (any Error)?

  init(endWhenStopped: (any Error)?) {
    self.endWhenStopped = endWhenStopped
  }

  /// Whether the caller is the first, who has to start the thread.
  func claimStart() -> Bool {
    isStarted.withLock { isStarted in
      defer { isStarted = true }
      return !isStarted
    }
  }

  /// Waits for the next batch; see ``BatchSequence/Iterator/next()``.
  func next() async throws -> Element? {
    let number = rules.withLock { $0.newNumber() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // Asked under the lock: a cancellation is seen here, or its handler finds the request.
        let answer: Rules.Answer? = rules.withLock { rules in
          Task.isCancelled ? .failure(CancellationError()) : rules.request(number, continuation)
        }
        if let answer { Self.resume(continuation, with: answer) } else { changed.signal() }
      }
    } onCancel: {
      rules.withLock { $0.withdraw(number) }?.resume(throwing: CancellationError())
    }
  }

  /// Gives batches to whoever asks, until the end: the body of the thread.
  func feed(_ next: @Sendable () throws -> Element?, _ coordinator: Coordinator) {
    while isWanted() {
      do {
        guard let batch = try next() else {
          return coordinator.isStopRequested && endWhenStopped == nil
            ? end(with: coordinator) : end(because: nil)
        }
        rules.withLock { $0.deliver(batch) }?.resume(returning: batch)
      } catch {
        coordinator.report(error)
        break
      }
    }
    end(with: coordinator)
  }

  /// Ends the batches after a stop, with the coordinator's error, if it keeps one.
  func end(with coordinator: Coordinator) {
    do {
      try coordinator.raiseRequestedError()
      end(because: endWhenStopped)
    } catch {
      end(because: error)
    }
  }

  /// Ends the batches and the waits of all tasks.
  func end(because error: (any Error)?) {
    let answers = rules.withLock { $0.end(because: error) }
    changed.broadcast()
    for (continuation, answer) in answers { Self.resume(continuation, with: answer) }
  }

  /// Waits until a task asks for a batch; `false` at the end.
  private func isWanted() -> Bool {
    rules.wait(on: changed) { $0.hasEnded ? false : $0.isAsked ? true : nil }
  }

  private static func resume(
    _ continuation: CheckedContinuation<Element?, any Error>, with answer: Rules.Answer
  ) {
    switch answer {
    case .batch(let batch): continuation.resume(returning: batch)
    case .end: continuation.resume(returning: nil)
    case .failure(let error): continuation.resume(throwing: error)
    }
  }
}
