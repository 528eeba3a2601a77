import SystemPackage

/// One file to fetch: from where, to where, and what it must be.
public struct DownloadRequest: Sendable {
  /// The sources in the order in which they are asked, at least one.
  public var sources: [DownloadURL]
  /// The final path; its directory must exist.
  public var destination: FilePath
  /// What is known of the file.
  public var expected: ExpectedContent
  /// How its digests are computed.
  public var digests: DigestFunctions
  /// Whether a wrong file at ``destination`` is replaced, once the right one is complete and checked.
  public var replacesExisting = false
  /// Reads a complete file of which no digest is known, and returns what is wrong with it, `nil` for nothing.
  ///
  /// Called before the file gets its final name, and for one that has it already; what it throws ends the download as
  /// ``DownloadError/notInspected(_:)``. Without it such a file is taken as it comes, and one in place never is.
  public var inspect: (@Sendable (FilePath) throws -> String?)?
  /// Bounds on time and rate.
  public var limits = DownloadLimits()
  /// How failures in passing are treated.
  public var retries = RetryPolicy()

  /// A request with the documented limits.
  public init(
    sources: [DownloadURL], destination: FilePath, expected: ExpectedContent, digests: DigestFunctions
  ) {
    precondition(!sources.isEmpty, "a download needs a source")
    self.sources = sources
    self.destination = destination
    self.expected = expected
    self.digests = digests
  }
}

/// Bounds on the time that a download takes.
public struct DownloadLimits: Sendable, Equatable {
  /// Bytes per second below which a source is left while there is another one.
  public var minimumRate = 100_000
  /// Bytes per second below which a source counts as silent, and is asked again or left.
  public var silenceRate = 1_000
  /// The time over which rates are measured; also the longest silence before the first byte.
  public var rateWindow = Duration.seconds(10)
  /// The longest time for everything, waiting for other processes included.
  public var totalTime = Duration.seconds(12 * 3600)
  /// The most bytes of a file of unknown length.
  public var unknownLength = 4 << 30
  /// The longest wait for another process that fetches into the same directory.
  public var lockWait = Duration.seconds(3600)

  /// The documented limits.
  public init() {}
}

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

extension DownloadRequest {
  /// What ``inspect`` finds in the file at `path`; `nil` for nothing, and where nothing is inspected.
  ///
  /// - Parameter difference: What is known to be wrong already, which then is the finding.
  func finding(at path: FilePath, beside difference: SourceFailure?) throws(DownloadError) -> SourceFailure? {
    if let difference { return difference }
    do {
      return try inspect?(path).map { .notGood(reason: $0) }
    } catch {
      throw .notInspected(error)
    }
  }
}
