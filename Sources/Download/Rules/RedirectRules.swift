/// Which redirects are followed, for one request and those that it leads to.
struct RedirectRules {
  /// The most redirects from one address to the file.
  static let limit = 10

  private var count = 0

  /// The address to go on with.
  ///
  /// - Parameters:
  ///   - location: The `Location` of the response; `nil` if there was none.
  ///   - url: Where the response came from.
  /// - Throws: What is wrong with the redirect; from `https` only `https` may follow, and a file of this
  ///   machine never.
  mutating func follow(_ location: String?, from url: DownloadURL) throws(SourceFailure) -> DownloadURL {
    count += 1
    guard count <= Self.limit else { throw .tooManyRedirects(limit: Self.limit) }
    guard let location else { throw .badRedirect(reason: "no address is given") }
    let next: DownloadURL
    do {
      next = try url.resolving(location)
    } catch {
      throw .badRedirect(reason: "\(error)")
    }
    if url.scheme == .https, next.scheme != .https { throw .leavesHTTPS(to: next.shown) }
    guard next.scheme != .file else { throw .badRedirect(reason: "it leads to a file of this machine") }
    return next
  }
}
