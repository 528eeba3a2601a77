import Glibc
import InputPipeline
import Synchronization

/// Turns the signals that ask a program to end into an orderly stop of the command that is running.
///
/// The signals are blocked in all threads, and one thread waits for them: nothing runs inside of a signal
/// handler. After a signal the main thread is nudged out of whatever system call it waits in, until the process
/// ends. A second signal, or a stop that takes longer than ``gracePeriod``, ends the process at once.
final class SignalTrap: Sendable {
  /// SIGINT, SIGTERM, SIGHUP and SIGQUIT.
  static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// How long an orderly stop may take.
  static let gracePeriod = Duration.milliseconds(1500)
  /// How often the main thread is nudged, in nanoseconds: a nudge may come just before a system call begins.
  private static let nudgeInterval = 10_000_000
  /// Has a handler that does nothing, so that it ends system calls and nothing else.
  private static let nudge = SIGUSR2

  /// The trap of the process, once it is set.
  static let shared = SignalTrap()

  private let received = Atomic<Int32>(0)
  private let actions = Mutex(Actions())
  private let lastActions = Mutex(Actions())

  private init() {}

  /// The first signal that came, or `nil`.
  var signal: Int32? {
    let number = received.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  /// Ends the work at hand once a signal has come: it throws ``CommandError/interrupted(signal:)``.
  @Sendable static func checkpoint() throws(CommandError) {
    if let signal = shared.signal { throw .interrupted(signal: signal) }
  }

  /// Does `work`; when a signal comes meanwhile, `action` runs on the trap's thread.
  ///
  /// It runs at once if a signal has come already, and is forgotten with the end of `work`.
  func onSignal<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let number = actions.withLock { $0.add(action) }
    defer { actions.withLock { $0.remove(number) } }
    if signal != nil { action() }
    return try work()
  }

  /// Does `work`; `action` runs on the trap's thread when ``gracePeriod`` after a signal the process has to be
  /// ended although the command has not come to its end.
  func onForcedEnd<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let number = lastActions.withLock { $0.add(action) }
    defer { lastActions.withLock { $0.remove(number) } }
    return try work()
  }

  /// Blocks the signals and starts the thread that waits for them.
  ///
  /// The main thread calls this once, before it starts other threads. A signal that was ignored when the process
  /// began stays ignored, as under nohup.
  func set() throws {
    var trapped = sigset_t()
    sigemptyset(&trapped)
    for number in Self.signals {
      var current = sigaction()
      sigaction(number, nil, &current)
      if unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) != 1 {
        sigaddset(&trapped, number)
      }
    }
    pthread_sigmask(SIG_BLOCK, &trapped, nil)

    var handler = sigaction()
    handler.__sigaction_handler.sa_handler = { _ in }
    sigaction(Self.nudge, &handler, nil)
    let main = pthread_self()
    let thread = PipelineThread(name: "signals") { [trapped] in self.wait(for: trapped, main: main) }
    try thread.start()
  }

  /// Ends the process as the signal would have done, so that a shell sees 128 plus its number.
  static func end(by number: Int32) -> Never {
    Glibc.signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    kill(getpid(), number)
    // Process 1 of a container ignores signals without a handler.
    _exit(128 + number)
  }

  private func wait(for trapped: sigset_t, main: pthread_t) {
    var trapped = trapped
    var number: Int32 = 0
    guard sigwait(&trapped, &number) == 0 else { return }
    received.store(number, ordering: .releasing)
    for action in actions.withLock({ $0.all }) { action() }

    let deadline = ContinuousClock.now + Self.gracePeriod
    while ContinuousClock.now < deadline {
      pthread_kill(main, Self.nudge)
      var interval = timespec(tv_sec: 0, tv_nsec: Self.nudgeInterval)
      if sigtimedwait(&trapped, nil, &interval) > 0 { Self.end(by: number) }
    }
    for action in lastActions.withLock({ $0.all }) { action() }
    Self.end(by: number)
  }
}

/// What is to happen when a signal comes, as long as it is to happen.
private struct Actions {
  private var byNumber: [Int: @Sendable () -> Void] = [:]
  private var next = 0

  /// All of them, in no order.
  var all: [@Sendable () -> Void] { Array(byNumber.values) }

  /// Adds one and tells its number.
  mutating func add(_ action: @escaping @Sendable () -> Void) -> Int {
    defer { next += 1 }
    byNumber[next] = action
    return next
  }

  /// Removes the one with this number.
  mutating func remove(_ number: Int) {
    byNumber[number] = nil
  }
}
