/// Where a request to a source begins, given what is stored.
///
/// Source: RFC 9110 sections 8.8.1 (weak tags) and 13.1.5 (If-Range).
struct ResumeRules {
  /// What the file must be.
  let expected: ExpectedContent
  /// How many bytes are stored.
  let storedLength: Int
  /// Where the stored bytes came from, if that is known.
  let record: PartialRecord?

  /// The request for the rest of the file, or for all of it, from `url`.
  ///
  /// Bytes are continued where the source can promise that they are of the same version (a strong tag), or
  /// where the digest of the whole tells in the end. A weak tag promises that they are *not* comparable.
  func request(to url: DownloadURL) -> TransferRequest {
    guard storedLength > 0 else { return TransferRequest(url) }
    guard let record, record.url == url.shown else {
      return TransferRequest(url, from: expected.isVerifiable ? storedLength : 0)
    }
    guard let tag = record.tag else {
      return TransferRequest(url, from: expected.isVerifiable ? storedLength : 0)
    }
    guard tag.isStrong else { return TransferRequest(url) }
    var request = TransferRequest(url, from: storedLength)
    request.ifRange = tag
    return request
  }

  /// Whether what is stored can be part of the wanted file at all.
  var isStoredUsable: Bool {
    if let record, record.wanted != expected.wanted { return false }
    if record == nil, !expected.isVerifiable { return false }
    return storedLength <= expected.byteCount ?? record?.total ?? Int.max
  }
}
