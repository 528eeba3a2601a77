/// What a short look at one source has shown.
public struct ProbeResult: Sendable, Equatable {
  /// The source, without secrets.
  public var url: String
  /// The host that the bytes came from, after redirects.
  public var host: String
  /// The status of the response; `nil` if there was none.
  public var status: Int?
  /// From the request to the head of the response, redirects and connecting included.
  public var timeToFirstByte: Duration?
  /// Bytes per second while the body was read; 0 if none came.
  public var bytesPerSecond = 0
  /// The announced length of the file.
  public var byteCount: Int?
  /// Why the source is of no use; `nil` for a good one.
  public var failure: SourceFailure?
}

/// Looks at sources for a second or two each, storing nothing.
public struct MirrorProbe: Sendable {
  private let transport: any HTTPTransport
  private let clock: any DownloadClock
  /// How long a body is read.
  private let duration: Duration
  /// How long a response is waited for.
  private let patience: Duration

  /// A probe that reads each body for `duration`, after waiting at most `patience` for it.
  public init(
    transport: any HTTPTransport, clock: any DownloadClock = SystemClock(),
    duration: Duration = .milliseconds(1500), patience: Duration = .seconds(10)
  ) {
    self.transport = transport
    self.clock = clock
    self.duration = duration
    self.patience = patience
  }

  /// Looks at `url`; ends early once `isStopped` is true.
  public func probe(
    _ url: DownloadURL, expected: ExpectedContent, isStopped: () -> Bool = { false }
  ) -> ProbeResult {
    withoutActuallyEscaping(isStopped) { isStopped in
      var redirects = RedirectRules()
      var address = url
      var result = ProbeResult(url: url.shown, host: url.host)
      let start = clock.now
      while true {
        result.host = address.host
        let look = Look(
          rules: ResponseRules(request: TransferRequest(address), expected: expected), clock: clock,
          start: start, duration: duration, patience: patience, isStopped: isStopped)
        let end: TransferEnd
        do throws(TransportError) {
          end = try transport.perform(TransferRequest(address), receiver: look)
        } catch {
          result.failure = SourceFailure(error, host: address.host)
          return result
        }
        look.fill(&result, isGzip: expected.isGzip, isWhole: end == .ended)
        guard let location = look.location else { return result }
        do throws(SourceFailure) {
          address = try redirects.follow(location, from: address)
        } catch {
          result.failure = error
          return result
        }
      }
    }
  }
}

/// Receives one response of a probe.
private final class Look: ResponseReceiver {
  private let rules: ResponseRules
  private let clock: any DownloadClock
  private let start: Duration
  private let duration: Duration
  private let patience: Duration
  private let isStopped: () -> Bool
  private var headTime: Duration?
  private var head: ResponseHead?
  private var decision: ResponseDecision?
  private var gzipStart = GzipStart()
  private var byteCount = 0
  private var lastTime: Duration

  init(
    rules: ResponseRules, clock: any DownloadClock, start: Duration, duration: Duration,
    patience: Duration, isStopped: @escaping () -> Bool
  ) {
    self.rules = rules
    self.clock = clock
    self.start = start
    self.duration = duration
    self.patience = patience
    self.isStopped = isStopped
    lastTime = start
  }

  /// Where the response leads, if it is a redirect; the inner `nil` is a missing address.
  var location: String?? {
    if case .redirect(let location) = decision { .some(location) } else { nil }
  }

  func receive(_ head: ResponseHead) -> Bool {
    self.head = head
    headTime = clock.now
    lastTime = clock.now
    decision = rules.decide(head)
    switch decision {
    case .receive, .inspect: return true
    case .alreadyComplete, .startOver, .askWhole, .redirect, .tryAgain, .giveUp, nil: return false
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    _ = gzipStart.add(bytes)
    byteCount += bytes.count
    lastTime = clock.now
    return tick()
  }

  func tick() -> Bool {
    guard !isStopped() else { return false }
    return headTime.map { clock.now - $0 < duration } ?? (clock.now - start < patience)
  }

  /// Puts in what was seen.
  ///
  /// - Parameter isWhole: Whether the server has ended the body, so that nothing more can make it good.
  func fill(_ result: inout ProbeResult, isGzip: Bool, isWhole: Bool) {
    guard let head, let headTime else {
      result.failure = .silent(within: patience, expected: nil, found: 0)
      return
    }
    result.status = head.status
    result.timeToFirstByte = headTime - start
    result.byteCount = head.contentLength
    let elapsed = lastTime - headTime
    if elapsed > .zero { result.bytesPerSecond = Int(Double(byteCount) / (elapsed / .seconds(1))) }
    switch decision {
    case .receive where isGzip && (byteCount > 0 || isWhole) && !gzipStart.isGzip:
      result.failure = .notGzip(start: gzipStart.bytes)
    case .inspect(let failure, _), .tryAgain(let failure), .giveUp(let failure), .startOver(let failure),
      .askWhole(let failure):
      result.failure = failure
    case .receive, .alreadyComplete, .redirect, nil: break
    }
  }
}
