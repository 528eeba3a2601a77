// `PipelineThread`, its starter and its errors are part of what a program uses here.
@_exported import Threads

/// Stops a set of threads together and keeps the first error that any of them had.
///
/// Any thread may call any method. A stop is requested once and for all; there is no way back, since a
/// pipeline that has stopped has closed its queues.
/// Source: TensorFlow 1.x, `python/training/coordinator.py`.
public final class Coordinator: Sendable {
  /// How long ``join(_:gracePeriod:ignoringStragglers:)`` waits for threads after a stop, as in TensorFlow.
  public static let defaultGracePeriod = Duration.seconds(120)

  private let isCleanStop: @Sendable (any Error) -> Bool
  private let state = Monitor(CoordinatorRules())
  private let changed = Condition()

  /// A coordinator without threads.
  ///
  /// - Parameter isCleanStop: Says which errors are a normal reason to stop and not worth keeping. By default
  ///   none is: the end of input is `nil` in this library, not an error.
  public init(isCleanStop: @escaping @Sendable (any Error) -> Bool = { _ in false }) {
    self.isCleanStop = isCleanStop
  }

  // MARK: Stopping

  /// Whether a stop was requested.
  ///
  /// Never waits.
  public var isStopRequested: Bool { state.withLock { $0.isStopRequested } }

  /// Whether ``join(_:gracePeriod:ignoringStragglers:)`` has ended, also by throwing.
  ///
  /// Never waits.
  public var hasJoined: Bool { state.withLock { $0.hasJoined } }

  /// The errors given to ``report(_:)`` after the join, by threads that outlived it.
  public var lateErrors: [any Error] { state.withLock { $0.lateErrors } }

  /// Requests a stop without an error: later errors are then taken for its consequences and dropped.
  ///
  /// The first request runs the actions of ``onStop(_:)`` before it returns; further ones do nothing.
  public func requestStop() {
    if case .run(let actions) = state.withLock({ $0.requestStop(because: nil) }) { finishRequest(actions) }
  }

  /// Requests a stop because of `error`, which is kept if it is the first request and no clean stop.
  ///
  /// - Throws: `error` itself once the coordinator was joined, unless it is a clean stop.
  public func requestStop(because error: any Error) throws {
    // Asked before the lock: the predicate is foreign code.
    let kept = isCleanStop(error) ? nil : error
    switch state.withLock({ $0.requestStop(because: kept) }) {
    case .run(let actions): finishRequest(actions)
    case .throwError(let error): throw error
    }
  }

  /// Requests a stop because of `error`, from a thread that has no caller to throw to.
  ///
  /// As ``requestStop(because:)``, but after the join the error goes to ``lateErrors``.
  public func report(_ error: any Error) {
    do { try requestStop(because: error) } catch {
      state.withLock { $0.keepLate(error) }
    }
  }

  /// Runs `body` and, if it fails, requests a stop because of the error instead of passing it on.
  ///
  /// - Throws: The error of `body` once the coordinator was joined, as ``requestStop(because:)`` does.
  public func stopOnError(_ body: () throws -> Void) throws {
    do { try body() } catch { try requestStop(because: error) }
  }

  /// Lets `action` run once when a stop is requested.
  ///
  /// It runs outside of every lock, on the thread that requests the stop, in the order of the calls; at once on
  /// this thread if a stop was requested before. It must not wait for other threads. Typical is the cancelling
  /// close of a queue, which ends the waits of its producers.
  public func onStop(_ action: @escaping @Sendable () -> Void) {
    if !state.withLock({ $0.keepAction(action) }) { action() }
  }

  /// Waits until a stop is requested.
  ///
  /// What ends the wait: a stop request, or the deadline.
  ///
  /// - Returns: Whether a stop was requested.
  @available(*, noasync, message: "blocks its thread; wait on a thread of your own")
  @discardableResult
  public func waitForStop(deadline: ContinuousClock.Instant? = nil) -> Bool {
    state.wait(on: changed, deadline: deadline) { $0.isStopRequested ? true : nil } ?? false
  }

  /// Throws the kept error, if there is one; needs no join.
  public func raiseRequestedError() throws {
    if let error = state.withLock({ $0.error }) { throw error }
  }

  // MARK: Threads

  /// Adds threads to those that a later ``join(_:gracePeriod:ignoringStragglers:)`` waits for.
  public func register(_ threads: [PipelineThread]) {
    state.withLock { $0.register(threads) }
  }

  /// Waits for the registered threads and those given here, then throws the kept error, if there is one.
  ///
  /// Threads that were not started are not waited for, nor are threads registered during the join. None of the
  /// threads may call this.
  ///
  /// What ends the wait: the end of all threads; after a stop request, at the latest the end of the grace
  /// period. Without a stop request there is no limit.
  ///
  /// - Parameters:
  ///   - threads: Further threads; those registered as well are fine.
  ///   - gracePeriod: How long the threads may take to end, from the moment the join sees a stop request.
  ///   - ignoringStragglers: Whether threads that outlive the grace period are no error.
  /// - Throws: The kept error, also if there are stragglers, and again at the next join; else
  ///   `ThreadError.stillRunning(threads:)`; else `ThreadError.neverStarted(threads:)`. The coordinator is
  ///   joined and has no threads in any case.
  @available(*, noasync, message: "blocks its thread; wait on a thread of your own")
  public func join(
    _ threads: [PipelineThread] = [], gracePeriod: Duration = defaultGracePeriod,
    ignoringStragglers: Bool = false
  ) throws {
    let all = state.withLock { $0.union(threads) }
    for thread in all {
      thread.whenEnded { [weak self] in self?.wakeWaiters() }
    }
    let stopCame = state.wait(on: changed) { state in
      all.allSatisfy { !$0.isAlive } ? false : state.isStopRequested ? true : nil
    }
    if stopCame {
      _ = state.wait(on: changed, deadline: .now + gracePeriod) { _ in
        all.allSatisfy { !$0.isAlive } ? true : nil
      }
    }
    let stragglers = all.filter(\.isAlive).map(\.name)
    // They have run their last line; this waits for the kernel to let go of them.
    for thread in all where thread.hasEnded { thread.join() }

    let neverStarted = all.filter { !$0.wasStarted }.map(\.name)
    let error = state.withLock {
      $0.finishJoin(
        stragglers: stragglers, ignoringStragglers: ignoringStragglers, neverStarted: neverStarted)
    }
    if let error { throw error }
  }

  private func finishRequest(_ actions: [@Sendable () -> Void]) {
    changed.broadcast()
    for action in actions { action() }
  }

  private func wakeWaiters() {
    // The empty critical section orders this wake-up after a join that has just looked and not yet slept.
    state.withLock(waking: changed) { _ in }
  }
}

extension PipelineThread {
  /// A thread whose `body` may fail: an error of it stops `coordinator`, which waits for the thread at its join.
  ///
  /// - Parameters:
  ///   - name: The whole name.
  ///   - kernelName: What debuggers and `/proc` show, cut to 15 bytes; the name itself if `nil`.
  ///   - stackSize: In bytes; at least the system's minimum, or the start fails with `EINVAL`.
  ///   - coordinator: Has the thread registered from now on; a join tells if it was never started.
  ///   - body: The work; to end with a stop, it has to look at ``Coordinator/isStopRequested``.
  public convenience init(
    name: String, kernelName: String? = nil, stackSize: Int = defaultStackSize, coordinator: Coordinator,
    body: @escaping @Sendable () throws -> Void
  ) {
    self.init(name: name, kernelName: kernelName, stackSize: stackSize) {
      do { try body() } catch { coordinator.report(error) }
    }
    coordinator.register([self])
  }
}
