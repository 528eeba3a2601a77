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

  /// Makes the operation of one thread; called on that thread, so that what it keeps is reached by no other.
  public typealias Maker = @Sendable () -> () throws -> Bool

  /// The queue that is filled; its name is part of the thread names.
  public let queue: any Closable

  /// What each thread does at the moment.
  package let activities: [ThreadActivity]

  /// For each thread what makes its operation, on that thread.
  private let makers: [Maker]
  private let runningCount = Monitor(0)

  /// A runner with one thread for each operation; the same operation may be listed several times.
  ///
  /// - Parameters:
  ///   - queue: What the operations fill.
  ///   - operations: At least one; traps otherwise.
  public convenience init(queue: any Closable, operations: [Operation]) {
    self.init(queue: queue, makers: operations.map { operation in { operation } })
  }

  /// A runner with several threads that all repeat one operation.
  ///
  /// - Parameters:
  ///   - queue: What the operation fills.
  ///   - threads: At least 1; traps otherwise.
  ///   - operation: Is run by all threads at the same time.
  public convenience init(queue: any Closable, threads: Int = 1, operation: @escaping Operation) {
    self.init(queue: queue, threads: threads) { operation }
  }

  /// A runner with several threads, each with an operation of its own, which may so keep a state without a lock.
  ///
  /// - Parameters:
  ///   - queue: What the operations fill.
  ///   - threads: At least 1; traps otherwise.
  ///   - maker: Is called once by each thread.
  public convenience init(queue: any Closable, threads: Int = 1, making maker: @escaping Maker) {
    require(threads >= 1, "queue runner '\(queue.name)': the number of threads is \(threads)")
    self.init(queue: queue, makers: Array(repeating: maker, count: threads))
  }

  private init(queue: any Closable, makers: [Maker]) {
    require(!makers.isEmpty, "queue runner '\(queue.name)': there is no operation")
    self.queue = queue
    self.makers = makers
    activities = makers.indices.map { ThreadActivity(name: "\(queue.name)-\($0)") }
  }

  /// Starts the threads, registered with `coordinator` and stopped by it.
  ///
  /// Does nothing while threads of an earlier start still run.
  ///
  /// - Returns: The threads, or none if the runner was running already.
  /// - Throws: `ThreadError.cannotStart(thread:errno:)`. A stop was then requested because of it, and the
  ///   threads of this runner that were already started have been waited for, within
  ///   ``Coordinator/defaultGracePeriod``.
  @discardableResult
  public func start(
    _ coordinator: Coordinator, with starter: ThreadStarter = .system
  ) throws(ThreadError) -> [PipelineThread] {
    let claimed = runningCount.withLock { running in
      guard running == 0 else { return false }
      running = makers.count
      return true
    }
    guard claimed else { return [] }

    coordinator.onStop { [queue] in queue.close(cancelPendingEnqueues: true) }
    var threads: [PipelineThread] = []
    for (index, make) in makers.enumerated() {
      let thread = PipelineThread(
        name: "QueueRunnerThread-\(queue.name)-\(index)", kernelName: activities[index].name
      ) {
        self.activities[index].makeCurrent()
        self.run(make, coordinator)
        self.activities[index].end()
      }
      // One by one: those after a refused one are never started, and no join shall miss them.
      coordinator.register([thread])
      do { try thread.start(with: starter) } catch {
        leave(makers.count - index)
        coordinator.report(error)
        let deadline = ContinuousClock.now + Coordinator.defaultGracePeriod
        for started in threads { started.join(deadline: deadline) }
        throw error
      }
      threads.append(thread)
    }
    return threads
  }

  /// The body of one thread.
  private func run(_ make: Maker, _ coordinator: Coordinator) {
    let operation = make()
    do {
      while !coordinator.isStopRequested {
        guard try operation() else {
          if leave() { queue.close(cancelPendingEnqueues: false) }
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
