/// The transport for every kind of URL: `file` is read here, all else goes through libcurl.
public struct SystemTransport: HTTPTransport {
  private let curl: CurlTransport

  /// A transport with the given settings; libcurl is loaded at the first `http` or `https` request.
  public init(_ settings: NetworkSettings = NetworkSettings()) {
    curl = CurlTransport(settings)
  }

  /// Performs `request` with the transport for its scheme.
  public func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    switch request.url.scheme {
    case .file: try FileTransport().perform(request, receiver: receiver)
    case .http, .https: try curl.perform(request, receiver: receiver)
    }
  }
}
