/// Takes one response: decides by its head, stores its body, and ends it when time or rate demand that.
///
/// Used on the thread of the download. What it found is read after the transfer has ended.
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

  /// Why the receiver ended the transfer.
  enum Stop: Equatable {
    /// The head decided.
    case decided
    /// All bytes of the file have come.
    case complete
    /// The caller asked to stop.
    case requested
    /// The time for the whole download has passed.
    case deadline
    /// The source is to be left or asked again.
    case failure(SourceFailure)
    /// The bytes could not be stored.
    case storage
  }

  /// What the head decided; `nil` if none came.
  private(set) var decision: ResponseDecision?
  /// The tag in the head.
  private(set) var tag: EntityTag?
  /// Why this side ended the transfer; `nil` if it did not.
  private(set) var stop: Stop?
  /// What kept the bytes from being stored.
  private(set) var storageError: DownloadError?
  /// Bytes of the body that were taken.
  private(set) var receivedByteCount = 0

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
      return bodyEnd != 0 || release()
    case .receive(_, _, let total):
      return store { () throws(DownloadError) in try partial.goOn(from: record(total: total)) }
    case .inspect:
      start = GzipStart()
      return true
    case .alreadyComplete, .startOver, .redirect, .tryAgain, .giveUp:
      return end(.decided)
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

  /// Deals with what is still held back when the transfer is over.
  ///
  /// - Parameter isWhole: Whether the server ended the body. Then it is judged; else a beginning that may be
  ///   right is stored, unless more is stored already.
  func flush(isWhole: Bool) {
    guard let held = start else { return }
    if isWhole {
      _ = release()
    } else if held.isGzip || held.couldBecomeGzip, held.bytes.count > partial.length {
      let ended = stop
      _ = release()
      if storageError == nil { stop = ended }
    }
  }

  /// What is wrong with a body that the server, or the broken connection, has ended.
  ///
  /// `nil` if all bytes of the file are stored, as far as that can be told.
  var shortness: SourceFailure? {
    guard case .receive(_, _, let total) = decision else { return nil }
    guard let end = rules.expected.byteCount ?? total ?? announcedEnd, partial.length < end else {
      return nil
    }
    return .short(expected: end, found: partial.length)
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
    guard start!.isComplete else { return start!.bytes.count < announcedEnd ?? Int.max || release() }
    return release() && append(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
  }

  /// Judges the beginning, then stores it; `false` if the transfer is over.
  private func release() -> Bool {
    guard let held = start else { return true }
    start = nil
    if rules.expected.isGzip, !held.isGzip, !held.couldBecomeGzip || announcedEnd == held.bytes.count {
      return end(.failure(.notGzip(start: held.bytes)))
    }
    if case .inspect(let failure, _) = decision { return end(.failure(failure)) }
    guard case .receive(_, _, let total) = decision, !held.bytes.isEmpty || announcedEnd == 0 else {
      return true
    }
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
      return end(.failure(.tooLong(expected: limit, found: partial.length + bytes.count - fitting.count)))
    }
    // libcurl is told not to count; a connection that is kept open would otherwise never end.
    return partial.length < announcedEnd ?? Int.max || end(.complete)
  }

  private func store(_ action: () throws(DownloadError) -> Void) -> Bool {
    do {
      try action()
      return true
    } catch {
      storageError = error
      return end(.storage)
    }
  }

  private func end(_ stop: Stop) -> Bool {
    self.stop = stop
    return false
  }

  private func keepsGoing(arrived: Bool) -> Bool {
    if isStopped() { return end(.requested) }
    let now = clock.now
    if now >= bounds.deadline { return end(.deadline) }
    meter.note(receivedByteCount, at: now)
    let rate = meter.rate(receivedByteCount, at: now)
    if meter.isConclusive(at: now) {
      let expected = rules.expected.byteCount ?? announcedEnd
      if rate < bounds.limits.silenceRate {
        return end(
          .failure(.silent(within: bounds.limits.rateWindow, expected: expected, found: partial.length)))
      }
      if bounds.isHurried, rate < bounds.limits.minimumRate {
        return end(.failure(.slow(minimum: bounds.limits.minimumRate, found: rate)))
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
