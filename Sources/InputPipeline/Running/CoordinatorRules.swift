/// What a ``Coordinator`` decides, free of threads and locks.
struct CoordinatorRules {
  private(set) var isStopRequested = false
  private(set) var error: (any Error)?
  private(set) var hasJoined = false
  private(set) var lateErrors: [any Error] = []
  private(set) var threads: [PipelineThread] = []
  private var stopActions: [@Sendable () -> Void] = []

  /// What follows from a stop request.
  enum Outcome {
    /// These actions are to be run, in order, outside of the lock.
    case run([@Sendable () -> Void])
    /// The coordinator was joined: nobody would see the error any more, so its owner must.
    case throwError(any Error)
  }

  /// Applies a stop request; `error` is `nil` for a stop without an error and for a clean stop.
  ///
  /// The first request decides: later errors may be mere consequences of the stop, and are dropped.
  mutating func requestStop(because error: (any Error)?) -> Outcome {
    if hasJoined, let error { return .throwError(error) }
    guard !isStopRequested else { return .run([]) }
    isStopRequested = true
    self.error = error
    defer { stopActions = [] }
    return .run(stopActions)
  }

  /// Keeps an error that came after the join from a thread without a caller.
  mutating func keepLate(_ error: any Error) {
    lateErrors.append(error)
  }

  /// Keeps `action` for the stop; returns `false` if the stop has come already.
  mutating func keepAction(_ action: @escaping @Sendable () -> Void) -> Bool {
    guard !isStopRequested else { return false }
    stopActions.append(action)
    return true
  }

  /// Adds the threads that are not there yet.
  mutating func register(_ added: [PipelineThread]) {
    threads = union(added)
  }

  /// The registered threads and `others`, each once.
  func union(_ others: [PipelineThread]) -> [PipelineThread] {
    var all = threads
    for thread in others where !all.contains(where: { $0 === thread }) { all.append(thread) }
    return all
  }

  /// Ends a join and returns the error that it has to throw, if any.
  ///
  /// The kept error comes first and stays for the next join; then come stragglers, then threads without a start.
  mutating func finishJoin(
    stragglers: [String], ignoringStragglers: Bool, neverStarted: [String] = []
  ) -> (any Error)? {
    hasJoined = true
    threads = []
    if let error { return error }
    if !stragglers.isEmpty, !ignoringStragglers { return ThreadError.stillRunning(threads: stragglers) }
    return neverStarted.isEmpty ? nil : ThreadError.neverStarted(threads: neverStarted)
  }
}
