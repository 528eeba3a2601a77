import CCurl
import Platform

/// Speaks `http` and `https` through the system's libcurl, which is loaded at the first request.
public struct CurlTransport: HTTPTransport {
  private let settings: NetworkSettings
  private let log: HeadLog?

  /// A transport with the given settings; loads nothing yet.
  ///
  /// - Parameter log: Is told the heads of requests and responses.
  public init(_ settings: NetworkSettings = NetworkSettings(), log: HeadLog? = nil) {
    self.settings = settings
    self.log = log
  }

  /// Why libcurl cannot be loaded, or `nil` once it is loaded.
  public static var loadingFailure: String? {
    ccurl_load().map { String(cString: $0) }
  }

  /// Performs `request`; the receiver's tick is called at least ten times a second.
  ///
  /// - Throws: ``TransportError``; a certificate that cannot be trusted is never tried again without checks.
  public func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    if let reason = Self.loadingFailure { throw .unavailable(reason: reason) }
    let exchange = Exchange(receiver, settings.rateLimit.map { RatePacer(bytesPerSecond: $0) }, log)
    var detail = [CChar](repeating: 0, count: 256)
    let outcome = withCRequest(request, context: Unmanaged.passUnretained(exchange).toOpaque()) {
      ccurl_perform(&$0, &detail, detail.count)
    }
    // The last bytes may be all that was missing, however the transfer has ended.
    guard exchange.handOver() else { return .stopped }
    if let malformed = exchange.malformed { throw .broken(reason: malformed) }
    let reason = withoutSecrets(
      detail.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, request.url)
    switch outcome {
    case CCURL_ENDED: return .ended
    case CCURL_STOPPED: return .stopped
    case CCURL_CANNOT_RESOLVE: throw .cannotResolve(reason: reason)
    case CCURL_CANNOT_CONNECT: throw .cannotConnect(reason: reason)
    case CCURL_CERTIFICATE: throw .certificate(reason: reason)
    case CCURL_BROKEN: throw .broken(reason: reason)
    default: throw .other(reason: reason)
    }
  }

  /// Removes what libcurl may quote of addresses that hold a password or a key.
  private func withoutSecrets(_ detail: String, _ url: DownloadURL) -> String {
    let proxy = settings.proxy(for: url)
    let detail = detail.replacing(url.text, with: url.shown)
    return proxy.contains("@") ? detail.replacing(proxy, with: "the proxy") : detail
  }

  /// Runs `body` with the request in C's form, valid during the call.
  private func withCRequest(
    _ request: TransferRequest, context: UnsafeMutableRawPointer,
    _ body: (inout ccurl_request) -> ccurl_outcome
  ) -> ccurl_outcome {
    var strings: [UnsafeMutablePointer<CChar>] = []
    defer { strings.forEach { $0.deallocate() } }
    func copy(_ text: String) -> UnsafePointer<CChar> {
      let bytes = text.utf8CString
      let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      bytes.withUnsafeBufferPointer { memory.initialize(from: $0.baseAddress!, count: $0.count) }
      strings.append(memory)
      return UnsafePointer(memory)
    }
    let lines: [UnsafePointer<CChar>?] = request.headerLines.map { copy($0) }
    return lines.withUnsafeBufferPointer { headers in
      var raw = ccurl_request()
      raw.url = copy(request.url.text)
      raw.headers = headers.baseAddress
      raw.header_count = headers.count
      raw.proxy = copy(settings.proxy(for: request.url))
      raw.no_proxy = copy(settings.noProxy ?? "")
      raw.ca_file = settings.certificateFile.map { copy($0) }
      raw.ca_directory = settings.certificateDirectory.map { copy($0) }
      raw.user_agent = copy(settings.userAgent)
      // A piece stands for an eighth of a second, so that slow transfers are even; libcurl takes no fewer than 1024.
      raw.buffer_size = settings.rateLimit.map { min(max($0 / 8, 1024), Exchange.capacity) } ?? 0
      raw.connect_timeout_ms = Int(settings.connectTimeout / .milliseconds(1))
      raw.context = context
      raw.header = { bytes, length, context in
        Exchange.from(context!).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: length))
          ? length : 0
      }
      raw.body = { bytes, length, context in
        Exchange.from(context!).receiveBody(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
      }
      if log != nil {
        raw.line = { bytes, length, isReceived, context in
          Exchange.from(context!).tell(UnsafeRawBufferPointer(start: bytes, count: length), isReceived != 0)
        }
      }
      raw.tick = { context in Exchange.from(context!).tick() ? 1 : 0 }
      return body(&raw)
    }
  }
}

/// What C's callbacks work on during one transfer, on one thread.
///
/// libcurl hands the body over in pieces of 16 KiB at most. They are gathered until it has no more at the moment:
/// long writes take half the time of short ones.
private final class Exchange {
  /// Bytes that are gathered at most; as many as libcurl is told to read at a time.
  static let capacity = 256 << 10

  private let receiver: any ResponseReceiver
  private var pacer: RatePacer?
  private let log: HeadLog?
  private let gathered = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
  private var gatheredCount = 0
  private var parser = ResponseHeadParser()
  private var hasHead = false
  /// Why the response is not HTTP.
  private(set) var malformed: String?

  init(_ receiver: any ResponseReceiver, _ pacer: RatePacer?, _ log: HeadLog?) {
    self.receiver = receiver
    self.pacer = pacer
    self.log = log
  }

  deinit {
    gathered.deallocate()
  }

  static func from(_ context: UnsafeMutableRawPointer) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  }

  /// Passes on lines of a head, of which a request has several at once.
  func tell(_ bytes: UnsafeRawBufferPointer, _ isReceived: Bool) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if !line.isEmpty { log?(HeadLine(line, isReceived: isReceived)) }
    }
  }

  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    switch parser.add(line) {
    case .more: return true
    case .complete(let head):
      hasHead = true
      return receiver.receive(head)
    case .malformed:
      malformed = "the response's header is malformed or too long"
      return false
    }
  }

  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard hasHead else {
      malformed = "the response has a body without a head"
      return false
    }
    if gathered.count - gatheredCount < bytes.count {
      guard handOver() else { return false }
      if bytes.count > gathered.count { return receiver.receive(bytes) }
    }
    UnsafeMutableRawBufferPointer(rebasing: gathered[gatheredCount...]).copyMemory(from: bytes)
    gatheredCount += bytes.count
    return waitForTurn(after: bytes.count)
  }

  /// Waits until so many bytes more are within the rate; meanwhile the server finds nobody who takes more.
  ///
  /// libcurl's own limit lets the first two megabytes pass at once and then says nothing for as long as they should
  /// have taken. What ends the wait: the time, or the receiver at its tick.
  private func waitForTurn(after byteCount: Int) -> Bool {
    guard let due = pacer?.due(after: byteCount, at: .now) else { return true }
    while case let rest = due - .now, rest > .zero {
      guard tick() else { return false }
      usleep(UInt32(min(rest, .milliseconds(50)) / .microseconds(1)))
    }
    return true
  }

  /// Gives what has been gathered to the receiver; `false` if the transfer is to end.
  func handOver() -> Bool {
    let bytes = UnsafeRawBufferPointer(rebasing: gathered[..<gatheredCount])
    gatheredCount = 0
    return bytes.isEmpty || receiver.receive(bytes)
  }

  func tick() -> Bool { handOver() && receiver.tick() }
}
