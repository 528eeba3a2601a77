/// Which source is asked next, and when: the rules, without time or network of their own.
///
/// Sources are asked in the order given. One that fails for good is left; one that fails in passing may be
/// asked again after a pause, during which the others are asked. One below the minimum rate is left while
/// there is another that has not proved to be slow; if all have, the fastest of them is used to the end.
struct MirrorSchedule {
  /// What to do next.
  enum Step: Equatable {
    /// Ask this source after the pause; it must keep the minimum rate if `isHurried`.
    case ask(index: Int, pause: Duration, isHurried: Bool)
    /// No source is left.
    case exhausted
  }

  /// What happened at one source.
  struct Source: Equatable {
    /// Failures in a row.
    var failureCount = 0
    /// All requests that failed.
    var tryCount = 0
    var failure: SourceFailure?
    /// Whether it is never asked again.
    var isOut = false
    /// When it may be asked again, on the caller's clock.
    var notBefore = Duration.zero
    /// The rate that made it be left, in bytes per second.
    var slowRate: Int?
    /// How often what it sent did not fit what was stored.
    var startOverCount = 0
  }

  /// One entry for each source, in the order given.
  private(set) var sources: [Source]
  private let policy: RetryPolicy
  private var preferred: Int?

  /// A schedule for `count` sources that were never asked.
  init(count: Int, policy: RetryPolicy) {
    sources = Array(repeating: Source(), count: count)
    self.policy = policy
  }

  /// The source to ask at `now`.
  func next(at now: Duration) -> Step {
    let open = sources.indices.filter { !sources[$0].isOut }
    let fresh = open.filter { sources[$0].slowRate == nil }
    let choice =
      fresh.isEmpty
      ? open.max { (sources[$0].slowRate ?? 0, $1) < (sources[$1].slowRate ?? 0, $0) }
      : fresh.first { $0 == preferred }
        ?? fresh.min { (sources[$0].notBefore, $0) < (sources[$1].notBefore, $1) }
    guard let choice else { return .exhausted }
    // The only source left need not hurry: there is nowhere else to go.
    let isHurried = sources[choice].slowRate == nil && open.count > 1
    return .ask(
      index: choice, pause: max(.zero, sources[choice].notBefore - now), isHurried: isHurried)
  }

  /// Notes a failure that another try may cure.
  ///
  /// - Parameters:
  ///   - newByteCount: Bytes that no try before this one had brought.
  ///   - staying: Whether the source was sending and is worth another try before the next one.
  mutating func failed(
    _ index: Int, _ failure: SourceFailure, newByteCount: Int, staying: Bool, at now: Duration
  ) {
    var requested: Duration?
    if case .status(_, let retryAfter) = failure { requested = retryAfter }
    sources[index].failureCount =
      newByteCount >= policy.progressThatCounts ? 1 : sources[index].failureCount + 1
    sources[index].tryCount += 1
    sources[index].failure = failure
    sources[index].isOut =
      sources[index].failureCount >= policy.maximumTries || requested ?? .zero > policy.longestRequestedPause
    sources[index].notBefore =
      now + policy.pause(afterFailures: sources[index].failureCount, requested: requested)
    preferred = staying ? index : nil
  }

  /// Notes a failure that no other try can cure.
  mutating func gaveUp(_ index: Int, _ failure: SourceFailure) {
    sources[index].tryCount += 1
    sources[index].failure = failure
    sources[index].isOut = true
    preferred = nil
  }

  /// Notes that the source was left because it sent `rate` bytes a second.
  mutating func leftForRate(_ index: Int, rate: Int) {
    sources[index].slowRate = rate
    preferred = nil
  }

  /// Notes that what the source sent does not fit what is stored, so that all begins from zero.
  ///
  /// The first time the source is asked again at once; the second time it is left.
  mutating func startedOver(_ index: Int, _ failure: SourceFailure) {
    sources[index].startOverCount += 1
    guard sources[index].startOverCount < 2 else { return gaveUp(index, failure) }
    preferred = index
  }
}
