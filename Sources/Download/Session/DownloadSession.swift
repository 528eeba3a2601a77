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
    let lock = try lock(directory)
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
    } catch .interfered(let part) {
      // What is stored is not ours alone. The other process may have ended by now.
      if let result = try present.check() { return result }
      throw .interfered(part: part)
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
    guard let digests = try partial.finishDigests(unless: isStopped) else { throw stopped(partial) }
    let difference = request.expected.failure(byteCount: byteCount, digests: digests)
    guard var failure = try inspected(partial, difference) else { return digests }
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

  /// What is wrong with the complete file: the difference that is known already, or what reading it shows.
  private func inspected(
    _ partial: PartialDownload, _ difference: SourceFailure?
  ) throws(DownloadError) -> SourceFailure? {
    let finding = Result { () throws(DownloadError) in
      try request.finding(at: partial.path, beside: difference)
    }
    // Another process may have put its own file there, of which neither a finding nor an error tells anything.
    if request.inspect != nil, !partial.isInPlace { throw .interfered(part: partial.path) }
    if request.inspect != nil, isStopped() { throw stopped(partial) }
    return try finding.get()
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
      let outcome = try perform(
        transfer, from: origin, known: transfer.offset > 0 ? known : nil, isHurried: isHurried, into: partial)
      switch outcome {
      case .complete: return true
      case .redirect(let location):
        do {
          transfer.url = try redirects.follow(location, from: transfer.url)
          continue
        } catch {
          giveUp(index, error)
        }
      case .startOver(let failure):
        report(.startingOver(url: origin.shown, failure))
        try partial.discard()
        schedule.startedOver(index, failure)
      case .askWhole(let failure):
        // Once: only the answer to a request for a part leads here.
        report(.startingOver(url: origin.shown, failure))
        transfer = TransferRequest(origin)
        continue
      case .tryAgain(let failure, let staying): failed(index, failure, partial, staying: staying)
      case .tooSlow(let rate):
        report(.leaving(url: origin.shown, .slow(minimum: request.limits.minimumRate, found: rate)))
        schedule.leftForRate(index, rate: rate)
      case .giveUp(let failure, let isStoredSuspect):
        if isStoredSuspect { try partial.discard() }
        giveUp(index, failure)
      case .stopped: throw stopped(partial)
      case .outOfTime: throw outOfTime(partial)
      case .notStored(let error): throw error
      }
      return false
    }
  }

  /// Performs one request, whose bytes count as coming from `origin`.
  ///
  /// - Parameter known: What `origin` said when it sent the stored bytes, if they are to be continued.
  private func perform(
    _ transfer: TransferRequest, from origin: DownloadURL, known: PartialRecord?, isHurried: Bool,
    into partial: PartialDownload
  ) throws(DownloadError) -> TransferOutcome {
    requestCount += 1
    report(.asking(url: transfer.url.shown, offset: transfer.offset))
    let receiver = BodyReceiver(
      ResponseRules(
        request: transfer, expected: request.expected, knownTag: known?.tag, knownTotal: known?.total),
      origin: origin, into: partial,
      bounds: .init(limits: request.limits, isHurried: isHurried, deadline: deadline), clock: clock,
      isStopped: isStopped, report: report)
    // Another tag than that of the stored bytes, which are continued all the same: the digest will tell.
    let before = known == nil ? nil : partial.record?.tag
    let end = Result { () throws(TransportError) in try transport.perform(transfer, receiver: receiver) }
    if case .failure(.unavailable(let reason)) = end { throw .transportUnavailable(reason: reason) }
    let outcome = receiver.outcome(of: end, host: transfer.url.host)
    receivedByteCount += receiver.receivedByteCount
    if let before, let tag = receiver.tag, tag != before { hasTagChanged = true }
    return outcome
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

  // MARK: The place

  /// Takes the lock of the directory; waits while another process holds it.
  ///
  /// What ends the wait: the other process, the limit for it, the total time limit, or `isStopped`.
  private func lock(_ directory: DirectoryHandle) throws(DownloadError) -> DirectoryLock {
    let path = directory.path(of: DirectoryLock.fileName)
    let deadline = clock.now + min(request.limits.lockWait, request.limits.totalTime)
    var hasReported = false
    while true {
      do {
        if let lock = try DirectoryLock.attempt(directory) { return lock }
      } catch .system(let path, _, .noSpace), .system(let path, _, .diskQuotaExceeded) {
        throw .noSpace(path, missing: request.expected.byteCount)
      } catch {
        throw error.cause == .io ? .file(error) : .cannotCreate(error)
      }
      if !hasReported { report(.waitingForLock(path)) }
      hasReported = true
      if isStopped() { throw .stoppedWaiting(lock: path) }
      guard clock.now < deadline else {
        throw .busy(lock: path, holder: DirectoryLock.holder(in: directory))
      }
      clock.pause(.milliseconds(50), unless: isStopped)
    }
  }

  private func openDestination() throws(DownloadError) -> (DirectoryHandle, FilePath.Component) {
    guard let name = request.destination.lastComponent, name.kind == .regular else {
      throw .cannotCreate(.notAName(path: request.destination))
    }
    do {
      return (try DirectoryHandle(opening: request.destination.parentDirectory), name)
    } catch {
      throw error.cause == .io ? .file(error) : .cannotCreate(error)
    }
  }
}
