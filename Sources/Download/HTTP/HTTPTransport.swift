/// One request: a whole file, or what follows an offset.
public struct TransferRequest: Sendable, Equatable {
  /// What is asked for.
  public var url: DownloadURL

  /// The first byte that is asked for; 0 asks for the whole file, without a `Range`.
  public var offset: Int

  /// The strong tag that the file must still have for a part of it to be sent (`If-Range`).
  var ifRange: EntityTag?

  /// A request for all bytes of `url` from `offset` on.
  public init(_ url: DownloadURL, from offset: Int = 0) {
    self.url = url
    self.offset = offset
  }

  /// The header lines beyond those that a transport adds by itself.
  var headerLines: [String] {
    // An encoded archive could not be continued or compared with its digest.
    var lines = ["Accept: */*", "Accept-Encoding: identity"]
    if offset > 0 { lines.append("Range: bytes=\(offset)-") }
    if offset > 0, let ifRange { lines.append("If-Range: \(ifRange.text)") }
    return lines
  }
}

/// Whoever takes a response while it arrives; called on the thread that performs the request.
///
/// Every method returns whether to go on; after `false` nothing more is delivered.
public protocol ResponseReceiver: AnyObject {
  /// Takes the head of the final response, once, before any of its body.
  func receive(_ head: ResponseHead) -> Bool

  /// Takes the next bytes of the body, at least one, valid during the call only.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool

  /// Called at least ten times a second while anything is waited for.
  func tick() -> Bool
}

/// How a transfer ended when nothing went wrong on the way.
public enum TransferEnd: Sendable, Equatable {
  /// The server ended its response.
  case ended
  /// The receiver returned `false`.
  case stopped
}

/// What can keep a response from being delivered whole.
public enum TransportError: Error, Sendable, Equatable {
  /// The library that speaks HTTP cannot be loaded.
  case unavailable(reason: String)
  /// The host's name is not known.
  case cannotResolve(reason: String)
  /// No connection within the time allowed.
  case cannotConnect(reason: String)
  /// The server could not prove to be the host that was asked for.
  case certificate(reason: String)
  /// The connection broke or carried no HTTP.
  case broken(reason: String)
  /// Anything else.
  case other(reason: String)
}

/// Performs requests, one at a time, and hands responses on as they arrive.
///
/// A transport follows no redirects, retries nothing and stores nothing.
public protocol HTTPTransport: Sendable {
  /// Performs `request` and returns when its response has ended.
  ///
  /// What ends the wait: the server, the receiver at its next tick, or the time limit for connecting.
  func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd
}

extension SourceFailure {
  /// The failure of a source that `error` stands for.
  init(_ error: TransportError, host: String) {
    self =
      switch error {
      case .certificate(let reason): .untrusted(host: host, reason: reason)
      case .cannotResolve(let reason), .cannotConnect(let reason), .broken(let reason), .other(let reason),
        .unavailable(let reason):
        .unreachable(reason: reason)
      }
  }
}
