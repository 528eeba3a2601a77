import Platform
import Synchronization
import Threads

/// Turns the signals that ask a program to end into an orderly stop of the command that is running.
///
/// The signals are blocked in all threads, and one thread waits for them: nothing runs inside of a signal
/// handler. After a signal the main thread is nudged out of whatever system call it waits in, until the process
/// ends. A second signal, or a stop that takes longer than ``gracePeriod``, ends the process.
///
/// ``question`` asks what the command does, and changes nothing.
final class SignalTrap: Sendable {
  static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// Asks for a report on standard error.
  static let question = SIGUSR1
  /// How long an orderly stop may take.
  static let gracePeriod = Duration.milliseconds(1500)
  /// How long what is to happen before a forced end may take after that: a disk may hang.
  private static let lastPeriod = Duration.milliseconds(300)
  /// How often the main thread is nudged, in nanoseconds: a nudge may come just before a system call begins.
  private static let nudgeInterval = 10_000_000
  /// Has a handler that does nothing, so that it ends system calls and nothing else.
  private static let nudge = SIGUSR2

  /// The trap of the process, once it is set.
  static let shared = SignalTrap()

  private let received = Atomic<Int32>(0)
  private let actions = SignalActions()
  private let lastActions = SignalActions()
  private let reports = SignalReports()

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

  /// Does `work`; when a signal comes meanwhile, `action` runs once, on the trap's thread.
  ///
  /// It runs at once, on this thread, if a signal has come already, and never after the end of `work`.
  func onSignal<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try actions.add(action) { () throws(Failure) in
      if signal != nil { actions.run() }
      return try work()
    }
  }

  /// Does `work`; `action` runs on a thread of its own when ``gracePeriod`` after a signal the process has to be
  /// ended although the command has not come to its end.
  func onForcedEnd<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lastActions.add(action, during: work)
  }

  /// Does `work`; whoever asks meanwhile gets what `report` returns, made on a thread of its own.
  func onQuestion<Result, Failure: Error>(
    _ report: @escaping @Sendable () -> String, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try reports.add(report, during: work)
  }

  /// Lets a question that comes before ``set()`` wait for it, or it would end the process.
  static func holdQuestions() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, question)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Blocks the signals and starts the thread that waits for them.
  ///
  /// The main thread calls this once, before it starts other threads. A signal that was ignored when the process
  /// began stays ignored, as under nohup.
  func set() throws {
    var trapped = sigset_t()
    sigemptyset(&trapped)
    for number in Self.signals + [Self.question] {
      if !cp_signal_is_ignored(number) { sigaddset(&trapped, number) }
    }
    pthread_sigmask(SIG_BLOCK, &trapped, nil)

    cp_signal_only_interrupts(Self.nudge)
    let main = pthread_self()
    let thread = PipelineThread(name: "signals") { [trapped] in self.wait(for: trapped, main: main) }
    try thread.start()
  }

  /// Ends the process as the signal would have done, so that a shell sees 128 plus its number.
  static func end(by number: Int32) -> Never {
    Platform.signal(number, SIG_DFL)
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
    repeat {
      guard sigwait(&trapped, &number) == 0 else { return }
      if number == Self.question { reports.tell() }
    } while number == Self.question
    // A question that comes during the stop is too late for an answer.
    sigdelset(&trapped, Self.question)
    received.store(number, ordering: .releasing)
    actions.run()

    func nudge(for time: Duration, unless isDone: () -> Bool) {
      let deadline = ContinuousClock.now + time
      while ContinuousClock.now < deadline && !isDone() {
        pthread_kill(main, Self.nudge)
        if cp_signal_wait(&trapped, Self.nudgeInterval) > 0 { Self.end(by: number) }
      }
    }
    nudge(for: Self.gracePeriod) { false }
    let last = PipelineThread(name: "last actions") { self.lastActions.run() }
    // Where the system has no thread left, nothing is to be done any more.
    if (try? last.start()) != nil { nudge(for: Self.lastPeriod) { last.hasEnded } }
    Self.end(by: number)
  }
}

/// What is to happen when a signal comes: each action at most once, and not after the work that it belongs to.
final class SignalActions: Sendable {
  private struct State {
    var waiting: [Int: @Sendable () -> Void] = [:]
    var running: Set<Int> = []
    var next = 0
  }

  private let state = Monitor(State())
  private let ended = Condition()

  /// Does `work`, during which ``run()`` runs `action`; an action that has begun is waited for.
  func add<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let number = state.withLock { state in
      state.next += 1
      state.waiting[state.next] = action
      return state.next
    }
    defer {
      // What ends the wait: the end of the action.
      state.wait(on: ended) { state in
        state.waiting[number] = nil
        return state.running.contains(number) ? nil : ()
      }
    }
    return try work()
  }

  /// Runs the actions that nobody has run yet.
  func run() {
    while let (number, action) = state.withLock({ state in
      let first = state.waiting.popFirst()
      if let first { state.running.insert(first.key) }
      return first
    }) {
      action()
      state.withLock(waking: ended) { _ = $0.running.remove(number) }
    }
  }
}
