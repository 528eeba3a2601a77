/// What one request has come to, and so what follows.
enum TransferOutcome {
  /// All bytes of the file are stored, as far as that can be told.
  case complete
  /// Ask at another address.
  case redirect(location: String?)
  /// What is stored does not fit: ask once more, from zero; the failure is for the case that this repeats.
  case startOver(SourceFailure)
  /// The source has another file than the one that is stored in part: ask it for all of what it has.
  case askWhole(SourceFailure)
  /// Ask again later; at once the same source, if it was sending.
  case tryAgain(SourceFailure, staying: Bool)
  /// Leave the source while there is a faster one; the rate is in bytes per second.
  case tooSlow(rate: Int)
  /// Never ask this source again; what is stored may be wrong because of it.
  case giveUp(SourceFailure, isStoredSuspect: Bool)
  /// The caller asked to stop.
  case stopped
  /// The time for the whole download has passed.
  case outOfTime
  /// The bytes could not be stored.
  case notStored(DownloadError)
}

/// Takes one response: decides by its head, stores its body, and ends it when time or rate demand that.
///
/// Used on the thread of the download.
final class BodyReceiver: ResponseReceiver {
  /// What bounds the transfer.
  struct Bounds {
    /// The measuring window and the rate below which a source counts as silent.
    var limits: DownloadLimits
    /// Whether the minimum rate must be kept, because there is another source.
    var isHurried: Bool
    /// When the whole download must have ended, on the clock.
    var deadline: Duration
  }

  /// The tag in the head.
  private(set) var tag: EntityTag?
  /// Bytes of the body that were taken.
  private(set) var receivedByteCount = 0

  /// What the head decided; `nil` if none came.
  private var decision: ResponseDecision?
  /// Why this side ended the transfer; `nil` if it did not, or only because nothing more is to come.
  private var ending: TransferOutcome?
  private let rules: ResponseRules
  private let partial: PartialDownload
  private let origin: DownloadURL
  private let bounds: Bounds
  private let clock: any DownloadClock
  private let isStopped: () -> Bool
  private let report: (DownloadEvent) -> Void
  private var meter: RateMeter
  private var lastReport: Duration
  /// The beginning of a body that must be judged before it is stored; `nil` once it is.
  private var start: GzipStart?

  /// A receiver for the response to the request in `rules`, whose bytes count as coming from `origin`.
  init(
    _ rules: ResponseRules, origin: DownloadURL, into partial: PartialDownload, bounds: Bounds,
    clock: any DownloadClock, isStopped: @escaping () -> Bool, report: @escaping (DownloadEvent) -> Void
  ) {
    self.rules = rules
    self.origin = origin
    self.partial = partial
    self.bounds = bounds
    self.clock = clock
    self.isStopped = isStopped
    self.report = report
    let now = clock.now
    meter = RateMeter(window: bounds.limits.rateWindow, start: now)
    lastReport = now
  }

  /// Decides by the head, and prepares for its body.
  func receive(_ head: ResponseHead) -> Bool {
    let decision = rules.decide(head)
    self.decision = decision
    tag = head.entityTag
    // The time for connecting is bounded by itself; the rate is that of the body.
    meter = RateMeter(window: bounds.limits.rateWindow, start: clock.now)
    switch decision {
    case .receive(0, let bodyEnd, _):
      start = GzipStart()
      return bodyEnd != 0 || release(isWhole: true)
    case .receive(_, _, let total):
      return store { () throws(DownloadError) in try partial.goOn(from: record(total: total)) }
    case .inspect:
      start = GzipStart()
      return true
    case .alreadyComplete, .startOver, .askWhole, .redirect, .tryAgain, .giveUp:
      return false
    }
  }

  /// Stores bytes of the body, up to where it must end.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    receivedByteCount += bytes.count
    // Stored first: what has come is not worth less because it is the last for now.
    return take(bytes) && keepsGoing(arrived: true)
  }

  /// Ends the transfer when it was asked for, is out of time, or hardly anything comes.
  func tick() -> Bool { keepsGoing(arrived: false) }

  /// What the transfer has come to; to be called once, when the transport has returned.
  ///
  /// - Parameters:
  ///   - end: How the transport ended, or what broke it.
  ///   - host: The host that was asked, for messages.
  func outcome(of end: Result<TransferEnd, TransportError>, host: String) -> TransferOutcome {
    storeHeldBytes(isWhole: end == .success(.ended))
    if let ending { return ending }
    if case .redirect(let location) = decision { return .redirect(location: location) }
    if case .failure(let breakage) = end {
      let failure = SourceFailure(breakage, host: host)
      if case .certificate = breakage { return .giveUp(failure, isStoredSuspect: false) }
      return shortness ?? .tryAgain(failure, staying: false)
    }
    return switch decision {
    case .receive: shortness ?? .complete
    case .alreadyComplete: .complete
    case .startOver(let failure): .startOver(failure)
    case .askWhole(let failure): .askWhole(failure)
    case .redirect(let location): .redirect(location: location)
    case .tryAgain(let failure): .tryAgain(failure, staying: false)
    case .giveUp(let failure), .inspect(let failure, _): .giveUp(failure, isStoredSuspect: false)
    case nil: .tryAgain(.unreachable(reason: "the response is empty"), staying: false)
    }
  }

  /// Deals with what is still held back when the transfer is over.
  ///
  /// - Parameter isWhole: Whether the server ended the body. Then it is judged; else a beginning that may be
  ///   right is stored, unless more is stored already.
  private func storeHeldBytes(isWhole: Bool) {
    guard let held = start else { return }
    if isWhole {
      _ = release(isWhole: true)
    } else if held.isGzip || held.couldBecomeGzip, held.bytes.count > partial.length {
      let earlier = ending
      _ = release(isWhole: false)
      // What ended the transfer still did; only that the bytes cannot be stored outweighs it.
      if case .notStored = ending { return }
      ending = earlier
    }
  }

  /// The outcome of a body that the server, or the broken connection, has ended too early.
  ///
  /// `nil` if all bytes of the file are stored, as far as that can be told.
  private var shortness: TransferOutcome? {
    guard case .receive(_, _, let total) = decision,
      let end = rules.expected.byteCount ?? total ?? announcedEnd, partial.length < end
    else { return nil }
    return .tryAgain(.short(expected: end, found: partial.length), staying: true)
  }

  // MARK: -

  private var announcedEnd: Int? {
    switch decision {
    case .receive(_, let end, _), .inspect(_, let end): end
    default: nil
    }
  }

  private func record(total: Int?) -> PartialRecord {
    PartialRecord(
      url: origin.shown, tag: tag, total: total ?? rules.expected.byteCount, wanted: rules.expected.wanted)
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard start != nil else { return append(bytes) }
    let taken = start!.add(bytes)
    guard start!.isComplete else {
      return start!.bytes.count < announcedEnd ?? Int.max || release(isWhole: true)
    }
    return release(isWhole: false) && append(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
  }

  /// Judges the beginning, then stores it; `false` if the transfer is over.
  ///
  /// - Parameter isWhole: Whether the server has ended the body behind it.
  private func release(isWhole: Bool) -> Bool {
    guard let held = start else { return true }
    start = nil
    // Where nobody knows how long the body should have been, what has come is all of it.
    let isAll = isWhole && held.bytes.count == announcedEnd ?? rules.expected.byteCount ?? held.bytes.count
    if rules.expected.isGzip, !held.isGzip, !held.couldBecomeGzip || isAll {
      return end(.giveUp(.notGzip(start: held.bytes), isStoredSuspect: false))
    }
    if case .inspect(let failure, _) = decision { return end(.giveUp(failure, isStoredSuspect: false)) }
    guard case .receive(_, _, let total) = decision, !held.bytes.isEmpty || isAll else { return true }
    return store { () throws(DownloadError) in try partial.startOver(from: record(total: total)) }
      && held.bytes.withUnsafeBytes { append($0) }
  }

  /// Stores `bytes` behind what is stored; `false` if the transfer is over.
  private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let limit = min(
      rules.expected.byteCount ?? bounds.limits.unknownLength, announcedEnd ?? Int.max)
    let fitting = UnsafeRawBufferPointer(rebasing: bytes.prefix(limit - partial.length))
    guard store({ () throws(DownloadError) in try partial.append(fitting) }) else { return false }
    guard fitting.count == bytes.count else {
      let found = partial.length + bytes.count - fitting.count
      return end(.giveUp(.tooLong(expected: limit, found: found), isStoredSuspect: true))
    }
    // libcurl is told not to count; a connection that is kept open would otherwise never end.
    return partial.length < announcedEnd ?? Int.max
  }

  private func store(_ action: () throws(DownloadError) -> Void) -> Bool {
    do {
      try action()
      return true
    } catch {
      return end(.notStored(error))
    }
  }

  private func end(_ outcome: TransferOutcome) -> Bool {
    ending = outcome
    return false
  }

  private func keepsGoing(arrived: Bool) -> Bool {
    if isStopped() { return end(.stopped) }
    let now = clock.now
    if now >= bounds.deadline { return end(.outOfTime) }
    meter.note(receivedByteCount, at: now)
    let rate = meter.rate(receivedByteCount, at: now)
    if meter.isConclusive(at: now) {
      let expected = rules.expected.byteCount ?? announcedEnd
      if rate < bounds.limits.silenceRate {
        let failure = SourceFailure.silent(
          within: bounds.limits.rateWindow, expected: expected, found: partial.length)
        return end(.tryAgain(failure, staying: false))
      }
      if bounds.isHurried, rate < bounds.limits.minimumRate {
        return end(.tooSlow(rate: rate))
      }
    }
    if now - lastReport >= .milliseconds(100), arrived || now - lastReport >= .seconds(1) {
      lastReport = now
      report(
        .receiving(
          DownloadProgress(
            url: origin.shown, byteCount: partial.length,
            total: rules.expected.byteCount ?? announcedEnd, bytesPerSecond: rate)))
    }
    return true
  }
}
