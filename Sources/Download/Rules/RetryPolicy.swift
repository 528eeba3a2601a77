/// How often a source is asked again, and after which pause.
public struct RetryPolicy: Sendable, Equatable {
  /// The most failures of one source in a row; one that fails this often is left for good.
  ///
  /// A try that brought at least ``progressThatCounts`` new bytes begins a new row.
  public var maximumTries = 5

  /// The pause after the first failure; it doubles with each further one.
  public var firstPause = Duration.milliseconds(500)

  /// The longest pause that doubling leads to.
  public var longestPause = Duration.seconds(30)

  /// The longest `Retry-After` that is waited for; a source that asks for more is left.
  public var longestRequestedPause = Duration.seconds(120)

  /// New bytes that make a broken try a useful one.
  public var progressThatCounts = 1 << 20

  /// The policy with its documented defaults.
  public init() {}

  /// The pause after `failureCount` failures in a row, at least 1.
  func pause(afterFailures failureCount: Int, requested: Duration?) -> Duration {
    let doublings = min(max(failureCount, 1) - 1, 20)
    return max(min(firstPause * (1 << doublings), longestPause), requested ?? .zero)
  }
}
