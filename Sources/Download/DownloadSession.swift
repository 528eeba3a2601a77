import FileSupport
import SystemPackage

/// One run of a ``Download``: carries out what the rules decide.
final class DownloadSession {
  private let request: DownloadRequest
  private let transport: any HTTPTransport
  private let clock: any DownloadClock
  private let isStopped: () -> Bool
  private let report: (DownloadEvent) -> Void
  private let deadline: Duration
  private var schedule: MirrorSchedule
  private var requestCount = 0
  private var receivedByteCount = 0
  private var lastSource: Int?
  /// The most bytes that were ever stored; only what goes beyond is progress.
  private var highWater = 0
  /// Whether a source has another version of the file than the one that the stored bytes were of.
  private var hasTagChanged = false

  /// A run that begins now.
  init(
    _ request: DownloadRequest, transport: any HTTPTransport, clock: any DownloadClock,
    isStopped: @escaping () -> Bool, report: @escaping (DownloadEvent) -> Void
  ) {
    self.request = request
    self.transport = transport
    self.clock = clock
    self.isStopped = isStopped
    self.report = report
    deadline = clock.now + request.limits.totalTime
    schedule = MirrorSchedule(count: request.sources.count, policy: request.retries)
  }

  /// Fetches the file, or finds it in place.
  func run() throws(DownloadError) -> DownloadResult {
    let (directory, name) = try openDestination()
    let present = PresentFile(name: name, directory: directory, request: request)
    if let result = try present.check() {
      PartialDownload.clearLeftovers(of: name, in: directory)
      return result
    }
    let lock = try DownloadLock(
      directory, limits: request.limits, clock: clock, isStopped: isStopped, report: report)
    defer { lock.release() }
    // Another process may have fetched it meanwhile.
    if let result = try present.check() { return result }
    let partial = try PartialDownload(
      for: name, in: directory, expected: request.expected, digests: request.digests,
      unknownLength: request.limits.unknownLength)
    highWater = partial.length
    do {
      let digests = try fetch(into: partial)
      let byteCount = partial.length
      try partial.publish(replacing: request.replacesExisting)
      return DownloadResult(
        outcome: .fetched, byteCount: byteCount, digests: digests,
        isVerified: request.expected.isVerifiable, source: lastSource.map { request.sources[$0].shown },
        requestCount: requestCount, receivedByteCount: receivedByteCount)
    } catch {
      // The first error is the one to tell; without a record the next run only trusts the bytes less.
      try? partial.keep()
      throw error
    }
  }

  // MARK: The loop

  /// Asks sources until the file is complete and right.
  private func fetch(into partial: PartialDownload) throws(DownloadError) -> ContentDigests {
    // An earlier run may have been killed between the last byte and the final name.
    if partial.length > 0, partial.length == request.expected.byteCount, let digests = try checked(partial) {
      return digests
    }
    while true {
      switch schedule.next(at: clock.now) {
      case .exhausted: throw exhaustion()
      case .ask(let index, let pause, let isHurried):
        try wait(pause, for: index, partial)
        lastSource = index
        let isComplete = try ask(index, isHurried: isHurried, into: partial)
        highWater = max(highWater, partial.length)
        if isComplete, let digests = try checked(partial) { return digests }
      }
    }
  }

  /// The digests of the complete file if they are right; else what is stored is dropped, and `nil`.
  private func checked(_ partial: PartialDownload) throws(DownloadError) -> ContentDigests? {
    let byteCount = partial.length
    let isStitched = partial.isStitched
    let digests = try partial.finishDigests()
    guard var failure = request.expected.failure(byteCount: byteCount, digests: digests) else {
      return digests
    }
    if hasTagChanged, case .corrupt(let algorithm, let expected, let found) = failure {
      failure = .changed(property: algorithm, expected: expected, found: found)
    }
    try partial.discard()
    // Pieces of which only one is wrong do not speak against the source that sent the last one.
    if isStitched {
      report(.startingOver(url: request.sources[lastSource ?? 0].shown, failure))
      if let lastSource { schedule.startedOver(lastSource, failure) }
    } else if let lastSource {
      giveUp(lastSource, failure)
    }
    return nil
  }

  private func wait(_ pause: Duration, for index: Int, _ partial: PartialDownload) throws(DownloadError) {
    if pause > .zero, let failure = schedule.sources[index].failure {
      report(.waiting(pause, url: request.sources[index].shown, after: failure))
      clock.pause(min(pause, deadline - clock.now), unless: isStopped)
    }
    if isStopped() { throw stopped(partial) }
    if clock.now >= deadline { throw outOfTime(partial) }
  }

  /// Asks one source, redirects included; returns whether all bytes of the file are stored.
  private func ask(_ index: Int, isHurried: Bool, into partial: PartialDownload) throws(DownloadError) -> Bool
  {
    let origin = request.sources[index]
    let resume = ResumeRules(
      expected: request.expected, storedLength: partial.length, record: partial.record)
    var transfer = resume.request(to: origin)
    let known = partial.record?.url == origin.shown && transfer.offset > 0 ? partial.record : nil
    var redirects = RedirectRules()
    while true {
      requestCount += 1
      report(.asking(url: transfer.url.shown, offset: transfer.offset))
      let receiver = BodyReceiver(
        ResponseRules(
          request: transfer, expected: request.expected, knownTag: known?.tag, knownTotal: known?.total),
        origin: origin, into: partial,
        bounds: .init(limits: request.limits, isHurried: isHurried, deadline: deadline), clock: clock,
        isStopped: isStopped, report: report)
      let before = partial.record?.tag
      let breakage = try perform(transfer, receiver)
      receivedByteCount += receiver.receivedByteCount
      if before != nil, known != nil, receiver.tag != nil, receiver.tag != before { hasTagChanged = true }
      if case .redirect(let location) = receiver.decision {
        do {
          transfer.url = try redirects.follow(location, from: transfer.url)
          continue
        } catch {
          giveUp(index, error)
          return false
        }
      }
      return try conclude(index, receiver, breakage, host: transfer.url.host, partial)
    }
  }

  /// Performs one request; returns what broke it, if anything did.
  private func perform(
    _ transfer: TransferRequest, _ receiver: BodyReceiver
  ) throws(DownloadError) -> TransportError? {
    do {
      let end = try transport.perform(transfer, receiver: receiver)
      receiver.flush(isWhole: end == .ended)
      return nil
    } catch .unavailable(let reason) {
      throw .transportUnavailable(reason: reason)
    } catch {
      receiver.flush(isWhole: false)
      return error
    }
  }

  /// Turns the end of a transfer into what the schedule, or the caller, must know.
  private func conclude(
    _ index: Int, _ receiver: BodyReceiver, _ breakage: TransportError?, host: String,
    _ partial: PartialDownload
  ) throws(DownloadError) -> Bool {
    switch receiver.stop {
    case .storage:
      guard let error = receiver.storageError else { preconditionFailure("a storage error without an error") }
      throw error
    case .requested: throw stopped(partial)
    case .deadline: throw outOfTime(partial)
    case .failure(.slow(let minimum, let rate)):
      report(.leaving(url: request.sources[index].shown, .slow(minimum: minimum, found: rate)))
      schedule.leftForRate(index, rate: rate)
      return false
    case .failure(let failure) where failure.isWrongData:
      // Bytes beyond the end make those before it suspect, unlike a page that was never stored.
      if case .tooLong = failure { try partial.discard() }
      giveUp(index, failure)
      return false
    case .failure(let failure):
      failed(index, failure, partial, staying: false)
      return false
    case .complete, .decided, nil: break
    }
    if let breakage {
      if case .certificate = breakage {
        giveUp(index, SourceFailure(breakage, host: host))
      } else if let shortness = receiver.shortness {
        failed(index, shortness, partial, staying: true)
      } else {
        failed(index, SourceFailure(breakage, host: host), partial, staying: false)
      }
      return false
    }
    switch receiver.decision {
    case .receive:
      guard let shortness = receiver.shortness else { return true }
      failed(index, shortness, partial, staying: true)
    case .alreadyComplete: return true
    case .startOver(let failure):
      report(.startingOver(url: request.sources[index].shown, failure))
      try partial.discard()
      schedule.startedOver(index, failure)
    case .tryAgain(let failure): failed(index, failure, partial, staying: false)
    case .giveUp(let failure), .inspect(let failure, _): giveUp(index, failure)
    case nil: failed(index, .unreachable(reason: "the response is empty"), partial, staying: false)
    case .redirect: preconditionFailure("redirects are followed before")
    }
    return false
  }

  private func failed(_ index: Int, _ failure: SourceFailure, _ partial: PartialDownload, staying: Bool) {
    schedule.failed(
      index, failure, newByteCount: max(0, partial.length - highWater), staying: staying, at: clock.now)
    if schedule.sources[index].isOut { report(.leaving(url: request.sources[index].shown, failure)) }
  }

  private func giveUp(_ index: Int, _ failure: SourceFailure) {
    schedule.gaveUp(index, failure)
    report(.leaving(url: request.sources[index].shown, failure))
  }

  // MARK: Ends

  private func exhaustion() -> DownloadError {
    .sources(
      zip(request.sources, schedule.sources).compactMap { url, source in
        source.failure.map { SourceReport(url: url.shown, failure: $0, tryCount: source.tryCount) }
      })
  }

  private func stopped(_ partial: PartialDownload) -> DownloadError {
    .stopped(part: partial.path, expected: total(partial), found: partial.length)
  }

  private func outOfTime(_ partial: PartialDownload) -> DownloadError {
    .timeLimit(request.limits.totalTime, part: partial.path, expected: total(partial), found: partial.length)
  }

  private func total(_ partial: PartialDownload) -> Int? {
    request.expected.byteCount ?? partial.record?.total
  }

  private func openDestination() throws(DownloadError) -> (DirectoryHandle, FilePath.Component) {
    guard let name = request.destination.lastComponent, name.kind == .regular else {
      throw .cannotCreate(.notAName(path: request.destination))
    }
    do {
      return (try DirectoryHandle(opening: request.destination.parentDirectory), name)
    } catch {
      throw .cannotCreate(error)
    }
  }
}
