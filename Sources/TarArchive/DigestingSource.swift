import Digests

/// A source whose bytes are digested as they pass.
public final class DigestingSource: ByteSource {
  private let source: any ByteSource
  private var digest: Digest

  /// Digests what is read of `source`, which belongs to this object from now on.
  public init(_ source: any ByteSource, _ algorithm: Digest.Algorithm) {
    self.source = source
    digest = Digest(algorithm)
  }

  /// The name of the source.
  public var name: String { source.name }

  /// Ends a wait for bytes.
  public func cancel() { source.cancel() }

  /// Reads from the source.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  /// The digest of all bytes read so far, in hexadecimal digits; of the whole input once it has ended.
  ///
  /// Asked for when no thread reads any more: after ``ArchiveReader/finish()``.
  public func hexadecimal() -> String { digest.hexadecimal() }
}
