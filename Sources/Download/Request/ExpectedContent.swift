/// What is known of a file before it is fetched.
public struct ExpectedContent: Sendable, Equatable {
  /// Its length, in bytes.
  public var byteCount: Int?
  /// Its SHA-256, 64 hexadecimal digits in lower case.
  public var sha256: String?
  /// Its MD5, 32 hexadecimal digits in lower case; used for checking only where no SHA-256 is known.
  public var md5: String?
  /// Whether it must begin like a gzip file, which tells a login page apart at its first bytes.
  public var isGzip: Bool

  /// A file of which the given facts are known.
  public init(byteCount: Int? = nil, sha256: String? = nil, md5: String? = nil, isGzip: Bool = true) {
    self.byteCount = byteCount
    self.sha256 = sha256?.lowercased()
    self.md5 = md5?.lowercased()
    self.isGzip = isGzip
  }

  /// Whether right bytes can be told from wrong ones.
  ///
  /// Only then may a download that began at one source continue at another.
  public var isVerifiable: Bool { sha256 != nil || md5 != nil }
}

/// The digests of a complete file, as lower-case hexadecimal digits.
public struct ContentDigests: Sendable, Equatable {
  /// 64 digits.
  public var sha256: String
  /// 32 digits; `nil` where a SHA-256 was known, and computing the weaker digest would only have taken time.
  public var md5: String?
}

/// A digest of bytes that arrive piece by piece.
public protocol ByteDigest {
  /// Adds `bytes` to what was given so far.
  mutating func update(_ bytes: UnsafeRawBufferPointer)

  /// The digest of everything given so far, in lower-case hexadecimal digits.
  func hexadecimal() -> String
}

/// How digests are computed; the program gives it, so that no cryptography is needed to build downloads.
public struct DigestFunctions: Sendable {
  /// Begins a SHA-256.
  public let sha256: @Sendable () -> any ByteDigest
  /// Begins an MD5.
  public let md5: @Sendable () -> any ByteDigest

  /// These functions.
  public init(sha256: @escaping @Sendable () -> any ByteDigest, md5: @escaping @Sendable () -> any ByteDigest)
  {
    self.sha256 = sha256
    self.md5 = md5
  }
}

extension ExpectedContent {
  /// What is wrong with the length of a complete file, or `nil` if nothing is known to be wrong.
  func failure(byteCount: Int) -> SourceFailure? {
    guard let expected = self.byteCount, byteCount != expected else { return nil }
    return byteCount > expected
      ? .tooLong(expected: expected, found: byteCount) : .short(expected: expected, found: byteCount)
  }

  /// What is wrong with a complete file, or `nil` if nothing is known to be wrong.
  func failure(byteCount: Int, digests: ContentDigests) -> SourceFailure? {
    if let failure = failure(byteCount: byteCount) { return failure }
    if let sha256 {
      guard sha256 == digests.sha256 else {
        return .corrupt(algorithm: "SHA-256", expected: sha256, found: digests.sha256)
      }
    } else if let md5 {
      guard md5 == digests.md5 else {
        return .corrupt(algorithm: "MD5", expected: md5, found: digests.md5 ?? "none")
      }
    }
    return nil
  }
}
