import SystemPackage

/// Threads that fill one queue, and close it in the right way at the end.
///
/// Each operation has a thread of its own, which repeats it until the end of input, an error or a stop. There
/// are two closings:
/// - when the last running thread comes to the end of input, it closes the queue and keeps pending enqueues,
///   so that nothing is lost;
/// - when a stop is requested, the queue is closed and pending enqueues are cancelled, so that nothing hangs.
///
/// TensorFlow has one more thread for the second closing; here the thread that requests the stop does it, and
/// so ``Coordinator/join(_:gracePeriod:ignoringStragglers:)`` ends by itself after a normal end of input.
/// Source: TensorFlow 1.x, `python/training/queue_runner_impl.py`.
public final class QueueRunner: Sendable {
  /// One step of the work: puts something into the queue.
  ///
  /// Returns whether to go on; `false` is the end of input for this thread.
  public typealias Operation = @Sendable () throws -> Bool

  /// The name of the queue, which the thread names contain.
  public let name: String

  private let operations: [Operation]
  private let closeQueue: @Sendable () -> Void
  private let cancelQueue: @Sendable () -> Void
  private let runningCount = Monitor(0)

  /// A runner with one thread for each operation; the same operation may be listed several times.
  ///
  /// - Parameters:
  ///   - name: The name of what is filled.
  ///   - operations: At least one; traps otherwise.
  ///   - close: Ends the input in order; may wait until pending elements are stored.
  ///   - cancel: Ends the input and every wait for room, at once.
  public init(
    name: String, operations: [Operation], close: @escaping @Sendable () -> Void,
    cancel: @escaping @Sendable () -> Void
  ) {
    precondition(!operations.isEmpty, "queue runner '\(name)' needs at least one operation")
    self.name = name
    self.operations = operations
    closeQueue = close
    cancelQueue = cancel
  }

  /// A runner with one thread for each operation that fills `queue`.
  ///
  /// - Parameter operations: At least one; traps otherwise.
  public convenience init(queue: some Closable, operations: [Operation]) {
    self.init(
      name: queue.name, operations: operations,
      close: { queue.close(cancelPendingEnqueues: false) },
      cancel: { queue.close(cancelPendingEnqueues: true) })
  }

  /// A runner with `threads` threads that all repeat `operation`, which fills `queue`.
  ///
  /// - Parameter threads: At least 1; traps otherwise.
  public convenience init(
    queue: some Closable, threads: Int = 1, operation: @escaping Operation
  ) {
    precondition(threads >= 1, "queue runner '\(queue.name)' needs at least one thread")
    self.init(queue: queue, operations: Array(repeating: operation, count: threads))
  }

  /// Starts the threads, registered with `coordinator` and stopped by it.
  ///
  /// Does nothing while threads of an earlier start still run.
  ///
  /// - Returns: The threads, or none if the runner was running already.
  /// - Throws: ``ThreadError/cannotStart(thread:errno:)``. A stop was then requested because of it, and the
  ///   threads of this runner that were already started have been waited for, within
  ///   ``Coordinator/defaultGracePeriod``.
  @discardableResult
  public func start(
    _ coordinator: Coordinator, with starter: ThreadStarter = .system
  ) throws(ThreadError) -> [PipelineThread] {
    let claimed = runningCount.withLock { running in
      guard running == 0 else { return false }
      running = operations.count
      return true
    }
    guard claimed else { return [] }

    let threads = operations.enumerated().map { index, operation in
      PipelineThread(name: "QueueRunnerThread-\(name)-\(index)", kernelName: "\(name)-\(index)") {
        self.run(operation, coordinator)
      }
    }
    coordinator.register(threads)
    coordinator.onStop(cancelQueue)
    for (index, thread) in threads.enumerated() {
      do { try thread.start(with: starter) } catch {
        leave(threads.count - index)
        coordinator.report(error)
        let deadline = ContinuousClock.now + Coordinator.defaultGracePeriod
        for started in threads[..<index] { started.join(deadline: deadline) }
        throw error
      }
    }
    return threads
  }

  /// The body of one thread.
  private func run(_ operation: Operation, _ coordinator: Coordinator) {
    do {
      while !coordinator.isStopRequested {
        guard try operation() else {
          if leave() { closeQueue() }
          return
        }
      }
    } catch {
      // A queue that is closed because of the stop is no news: the coordinator drops what comes after it.
      coordinator.report(error)
    }
    leave()
  }

  /// Counts `count` threads out and says whether none is left.
  @discardableResult
  private func leave(_ count: Int = 1) -> Bool {
    runningCount.withLock { running in
      running -= count
      return running == 0
    }
  }
}
