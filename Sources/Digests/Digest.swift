import Crypto

/// A digest of bytes that arrive piece by piece.
public struct Digest: Sendable {
  /// The digests that published lists of checksums use.
  public enum Algorithm: String, Sendable, CaseIterable {
    /// RFC 1321, for comparison with old lists only; not a proof against forgery.
    case md5
    /// FIPS 180-4.
    case sha256
  }

  private enum State: Sendable {
    case md5(Insecure.MD5)
    case sha256(SHA256)
  }

  private var state: State

  /// The digest of no bytes yet.
  public init(_ algorithm: Algorithm) {
    state =
      switch algorithm {
      case .md5: .md5(Insecure.MD5())
      case .sha256: .sha256(SHA256())
      }
  }

  /// Adds `bytes` to what has been given so far.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .md5(var function):
      function.update(bufferPointer: bytes)
      state = .md5(function)
    case .sha256(var function):
      function.update(bufferPointer: bytes)
      state = .sha256(function)
    }
  }

  /// The digest of everything given so far; more may follow.
  public func value() -> [UInt8] {
    switch state {
    case .md5(let function): Array(function.finalize())
    case .sha256(let function): Array(function.finalize())
    }
  }

  /// The digest of everything given so far, in lower-case hexadecimal digits.
  public func hexadecimal() -> String { Self.hexadecimal(value()) }

  /// `bytes` as lower-case hexadecimal digits, two for each.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
