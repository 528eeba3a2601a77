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

/// What a finished download has to tell.
public struct DownloadResult: Sendable, Equatable {
  /// How the right file came to its place.
  public enum Outcome: Sendable, Equatable {
    /// It was fetched.
    case fetched
    /// It was there already; no body was asked for.
    case alreadyPresent
  }

  /// How the right file came to its place.
  public var outcome: Outcome
  /// Its length.
  public var byteCount: Int
  /// Its digests, computed from the bytes on disk.
  public var digests: ContentDigests
  /// Whether the digests were compared with known ones.
  public var isVerified: Bool
  /// Where the last bytes came from, without secrets; `nil` if nothing was asked for.
  public var source: String?
  /// The requests made, redirects included.
  public var requestCount: Int
  /// The bytes of bodies that this run received and kept.
  public var receivedByteCount: Int
}

/// What happens during a download, for progress displays and logs.
public enum DownloadEvent: Sendable, Equatable {
  /// A request is about to be made for the bytes from `offset` on.
  case asking(url: String, offset: Int)
  /// Bytes arrive; at most ten times a second.
  case receiving(DownloadProgress)
  /// A failure in passing is followed by a pause.
  case waiting(Duration, url: String, after: SourceFailure)
  /// A source is left; another one continues, if there is one.
  case leaving(url: String, SourceFailure)
  /// What was stored does not fit and is fetched again from zero.
  case startingOver(url: String, SourceFailure)
  /// Another process fetches into the same directory; it is waited for.
  case waitingForLock(FilePath)
}

/// How far a download is.
public struct DownloadProgress: Sendable, Equatable {
  /// The source, without secrets.
  public var url: String
  /// The bytes of the file that are stored.
  public var byteCount: Int
  /// The length of the whole file, if it is known.
  public var total: Int?
  /// Bytes per second over the last few seconds.
  public var bytesPerSecond: Int
}
