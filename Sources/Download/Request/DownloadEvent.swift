import SystemPackage

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
