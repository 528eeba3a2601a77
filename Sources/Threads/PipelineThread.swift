import Platform
import Synchronization
import SystemPackage

/// A thread of its own for work that blocks, which must not run on Swift's cooperative pool.
///
/// Any thread may call any method. The object may be dropped while the thread runs.
public final class PipelineThread: Sendable {
  /// Room for the frames of a stage, in bytes; far more than the library itself needs.
  public static let defaultStackSize = 1 << 20

  /// The whole name, used in errors; the kernel keeps 15 bytes of its own.
  public let name: String

  private let kernelName: String
  private let stackSize: Int
  /// Changed under the lock of `state`, so that no wait misses it; read without one, so that others can ask under theirs.
  private let phase = Atomic<Phase>(.unstarted)
  private let state: Monitor<State>
  private let changed = Condition()

  private enum Phase: UInt8, AtomicRepresentable {
    case unstarted, alive, ended, refused
  }

  private struct State {
    /// Taken away by the start, so that nothing is kept alive by a thread that has ended.
    var body: (@Sendable () -> Void)?
    /// Set by the start, taken away by whoever joins.
    var handle: pthread_t?
    /// Whether the start has set `handle`; a fast thread may have ended before that.
    var hasHandle = false
    var endActions: [@Sendable () -> Void] = []
  }

  /// A thread that will run `body` once it is started.
  ///
  /// - Parameters:
  ///   - name: The whole name.
  ///   - kernelName: What debuggers and `/proc` show, cut to 15 bytes; the name itself if `nil`.
  ///   - stackSize: In bytes; at least the system's minimum, or the start fails with `EINVAL`.
  ///   - body: The work; it has no way to fail.
  public init(
    name: String, kernelName: String? = nil, stackSize: Int = defaultStackSize,
    body: @escaping @Sendable () -> Void
  ) {
    self.name = name
    self.kernelName = kernelName ?? name
    self.stackSize = stackSize
    state = Monitor(State(body: body))
  }

  /// A thread that already runs `body`.
  package convenience init(starting name: String, body: @escaping @Sendable () -> Void) throws(ThreadError) {
    self.init(name: name, body: body)
    try start()
  }

  deinit {
    // Nobody can join any more; without this the kernel would keep the ended thread's stack.
    if let handle = state.withLock({ $0.handle }) { pthread_detach(handle) }
  }

  /// Whether the thread was started and its body has not returned yet.
  ///
  /// Never waits.
  public var isAlive: Bool { phase.load(ordering: .acquiring) == .alive }

  /// Whether the body has returned.
  ///
  /// Never waits.
  public var hasEnded: Bool { phase.load(ordering: .acquiring) == .ended }

  /// Whether the thread has come to life or was refused one.
  ///
  /// Never waits.
  package var wasStarted: Bool { phase.load(ordering: .acquiring) != .unstarted }

  /// Starts the thread.
  ///
  /// Traps if it was started before, also without success.
  ///
  /// - Throws: ``ThreadError/cannotStart(thread:errno:)``; the body will then never run.
  public func start(with starter: ThreadStarter = .system) throws(ThreadError) {
    let body = state.withLock { state in
      defer { state.body = nil }
      if state.body != nil { phase.store(.alive, ordering: .releasing) }
      return state.body
    }
    guard let body else { misuse("thread '\(name)': started twice") }
    do {
      let handle = try starter.start(kernelName, stackSize) {
        body()
        self.end()
      }
      state.withLock(waking: changed) {
        $0.handle = handle
        $0.hasHandle = true
      }
    } catch {
      state.withLock(waking: changed) { _ in phase.store(.refused, ordering: .releasing) }
      throw .cannotStart(thread: name, errno: error)
    }
  }

  /// Waits until the thread has ended and left the kernel; at once if it was never started.
  ///
  /// What ends the wait: the end of the thread, a start that is refused, or the deadline. A thread must not join
  /// itself.
  ///
  /// - Returns: Whether the thread has ended.
  @available(*, noasync, message: "blocks its thread; wait on a thread of your own")
  @discardableResult
  public func join(deadline: ContinuousClock.Instant? = nil) -> Bool {
    let ended: pthread_t?? = state.wait(on: changed, deadline: deadline) { state in
      switch phase.load(ordering: .acquiring) {
      case .unstarted, .refused: return .some(nil)
      case .alive: return nil
      case .ended:
        guard state.hasHandle else { return nil }
        defer { state.handle = nil }
        return .some(state.handle)
      }
    }
    guard let ended else { return false }
    if let handle = ended { pthread_join(handle, nil) }
    return true
  }

  /// Lets `action` run once when the body has returned: by the thread itself, or at once if it has ended.
  ///
  /// ``isAlive`` is `false` by then.
  package func whenEnded(_ action: @escaping @Sendable () -> Void) {
    let hasEnded = state.withLock { state in
      if !self.hasEnded { state.endActions.append(action) }
      return self.hasEnded
    }
    if hasEnded { action() }
  }

  private func end() {
    let actions = state.withLock(waking: changed) { state in
      phase.store(.ended, ordering: .releasing)
      defer { state.endActions = [] }
      return state.endActions
    }
    for action in actions { action() }
  }
}
