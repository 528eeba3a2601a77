/// The transport for every kind of URL: `file` is read here, all else goes through libcurl.
public struct SystemTransport: HTTPTransport {
  private let curl: CurlTransport

  /// A transport with the given settings; libcurl is loaded at the first `http` or `https` request.
  ///
  /// - Parameter log: Is told the heads of requests and responses; a file has none.
  public init(_ settings: NetworkSettings = NetworkSettings(), log: HeadLog? = nil) {
    curl = CurlTransport(settings, log: log)
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

/// How `http` and `https` are spoken; every value is handed in, the environment is never read.
public struct NetworkSettings: Sendable, Equatable {
  /// The proxy for `http` URLs, such as `http://proxy.example:3128`; `nil` for none.
  public var httpProxy: String?
  /// The proxy for `https` URLs.
  public var httpsProxy: String?
  /// Hosts that are reached without a proxy, separated by commas; `*` for all of them.
  public var noProxy: String?
  /// A file of trusted certificates in PEM form; `nil` for the system's.
  public var certificateFile: String?
  /// A directory of trusted certificates; `nil` for the system's.
  public var certificateDirectory: String?
  /// How the program names itself to servers.
  public var userAgent = "cifar-pipe"
  /// The most bytes of a body that are taken in a second; `nil` for all that come.
  public var rateLimit: Int?
  /// The longest time until a connection stands, name look-up and TLS handshake included.
  public var connectTimeout = Duration.seconds(10)

  /// No proxy, and the system's trusted certificates.
  public init() {}

  /// The proxy for `url`, "" for none.
  func proxy(for url: DownloadURL) -> String {
    (url.scheme == .https ? httpsProxy : httpProxy) ?? ""
  }
}

extension NetworkSettings {
  /// The settings that the usual variables ask for, looked up by the caller.
  ///
  /// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are taken in lower case first, then in upper
  /// case; `SSL_CERT_FILE` and `SSL_CERT_DIR` name trusted certificates. An empty value counts as none.
  ///
  /// - Parameter variable: The value of the variable with the given name.
  public init(environment variable: (_ name: String) -> String?) {
    func value(_ name: String) -> String? {
      variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
    func either(_ name: String) -> String? { value(name) ?? value(name.uppercased()) }
    self.init()
    httpProxy = either("http_proxy") ?? either("all_proxy")
    httpsProxy = either("https_proxy") ?? either("all_proxy")
    noProxy = either("no_proxy")
    certificateFile = value("SSL_CERT_FILE")
    certificateDirectory = value("SSL_CERT_DIR")
  }
}
