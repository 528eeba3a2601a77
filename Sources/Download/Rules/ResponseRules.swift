/// What to do with a response, judged by its head alone.
enum ResponseDecision: Equatable {
  /// Take the body: its first byte is byte `start` of the file, its last is byte `end - 1`.
  ///
  /// `end` is `nil` if the response does not say where it ends; `total` is the announced length of the file.
  case receive(start: Int, end: Int?, total: Int?)
  /// Read the beginning of the body only, to say whether it is an archive at all; then fail.
  ///
  /// `end` is the announced length of the body.
  case inspect(SourceFailure, end: Int?)
  /// What is stored is all there is.
  case alreadyComplete
  /// What is stored does not fit: ask once more, from zero; the failure is for the case that this repeats.
  case startOver(SourceFailure)
  /// The source has another file than the one that is stored in part: ask it for all of what it has.
  ///
  /// What is stored may be another source's and right, so it stays until the answer has shown itself as better.
  case askWhole(SourceFailure)
  /// Ask at another address.
  case redirect(location: String?)
  /// Ask again later.
  case tryAgain(SourceFailure)
  /// Never ask this source again.
  case giveUp(SourceFailure)
}

/// The rules that turn a response's head into a decision.
///
/// Source: RFC 9110, sections 13.1.5 (If-Range), 14 (ranges) and 15 (statuses).
struct ResponseRules {
  /// What was asked.
  let request: TransferRequest
  /// What the file must be.
  let expected: ExpectedContent
  /// What the same source said when it sent the stored bytes, if it was this source.
  var knownTag: EntityTag?
  /// The length of the file that the same source announced then.
  var knownTotal: Int?

  /// The decision on a response that begins with `head`.
  func decide(_ head: ResponseHead) -> ResponseDecision {
    switch head.status {
    case 200: decideWhole(head)
    case 206: decidePart(head)
    case 301, 302, 303, 307, 308: .redirect(location: head["location"])
    case 416: decideUnsatisfied(head)
    case 501, 505, 511: .giveUp(.status(head.status, retryAfter: nil))
    case 408, 425, 429, 500...599: .tryAgain(.status(head.status, retryAfter: head.retryAfter))
    default: .giveUp(.status(head.status, retryAfter: nil))
    }
  }

  private func decideWhole(_ head: ResponseHead) -> ResponseDecision {
    if let failure = codingFailure(head, total: head.contentLength) { return .giveUp(failure) }
    if let total = head.contentLength, let failure = sizeFailure(total) {
      return .inspect(failure, end: total)
    }
    return .receive(start: 0, end: head.contentLength, total: head.contentLength)
  }

  private func decidePart(_ head: ResponseHead) -> ResponseDecision {
    guard let range = head.contentRange, let bytes = range.bytes, bytes.lowerBound == request.offset else {
      let found = head.contentRange?.bytes?.lowerBound
      return .startOver(.wrongRange(asked: request.offset, found: found))
    }
    if let total = range.total, let failure = sizeFailure(total) { return otherFile(failure) }
    if let failure = codingFailure(head, total: range.total) { return .giveUp(failure) }
    if request.offset > 0 {
      if let knownTag, let tag = head.entityTag, tag != knownTag {
        return .startOver(.changed(property: "ETag", expected: knownTag.text, found: tag.text))
      }
      if let knownTotal, let total = range.total, total != knownTotal {
        return .startOver(.changed(property: "size", expected: "\(knownTotal)", found: "\(total)"))
      }
    }
    return .receive(start: request.offset, end: bytes.upperBound + 1, total: range.total)
  }

  private func decideUnsatisfied(_ head: ResponseHead) -> ResponseDecision {
    let failure = SourceFailure.status(416, retryAfter: nil)
    guard request.offset > 0 else { return .giveUp(failure) }
    guard let total = head.contentRange?.total else { return .startOver(failure) }
    if let failure = sizeFailure(total) { return otherFile(failure) }
    return total == request.offset ? .alreadyComplete : .startOver(failure)
  }

  /// What follows from the length that the answer to a range announces for the whole file.
  ///
  /// The length of a partial file can lead a server astray; for a whole file there is nothing more to ask.
  private func otherFile(_ failure: SourceFailure) -> ResponseDecision {
    request.offset > 0 ? .askWhole(failure) : .giveUp(failure)
  }

  /// What is wrong with an announced length of the whole file.
  private func sizeFailure(_ total: Int) -> SourceFailure? {
    guard let expected = expected.byteCount, total != expected else { return nil }
    return total > expected
      ? .tooLong(expected: expected, found: total)
      : .changed(property: "size", expected: "\(expected)", found: "\(total)")
  }

  /// What is wrong with the coding of the content.
  ///
  /// Some servers label every `.gz` file as gzip-coded and send it as it is. That is told by the length,
  /// and only believed where the digest has the last word.
  private func codingFailure(_ head: ResponseHead, total: Int?) -> SourceFailure? {
    guard let coding = head.contentCoding else { return nil }
    let isLabelOnly = expected.isVerifiable && total != nil && total == expected.byteCount
    return isLabelOnly ? nil : .encoded(coding: coding)
  }
}

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

/// Judges the beginning of a body that must be a gzip file.
///
/// The first bytes are held back until they are judged, so that a login page never replaces good bytes.
/// Source: RFC 1952 section 2.3.1.
struct GzipStart {
  /// Bytes that are collected before the judgement, enough to show what came instead.
  static let length = 48

  /// The bytes so far, at most ``length``.
  private(set) var bytes: [UInt8] = []

  /// Adds bytes of the beginning, as many as are missing.
  mutating func add(_ more: UnsafeRawBufferPointer) -> Int {
    let taken = min(more.count, Self.length - bytes.count)
    bytes.append(contentsOf: more.prefix(taken))
    return taken
  }

  /// Whether enough bytes came to judge.
  var isComplete: Bool { bytes.count == Self.length }

  /// Whether the bytes so far are those of a gzip file with compression method 8 (deflate).
  var isGzip: Bool { bytes.starts(with: [0x1f, 0x8b, 0x08]) }

  /// Whether the bytes so far are fewer than those that tell, and none of them is wrong.
  var couldBecomeGzip: Bool { [0x1f, 0x8b, 0x08].starts(with: bytes) }
}
