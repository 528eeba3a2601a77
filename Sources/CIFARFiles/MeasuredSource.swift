import Digests
import TarArchive

/// A source whose bytes are counted and digested as they pass.
///
/// Asked for its figures when no thread reads any more: after ``ArchiveReader/finish()``.
final class MeasuredSource: ByteSource {
  private let source: any ByteSource
  private var digest = Digest(.sha256)
  /// The bytes read so far.
  private(set) var byteCount = 0

  init(_ source: any ByteSource) {
    self.source = source
  }

  var name: String { source.name }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    byteCount += count
    return count
  }

  func cancel() { source.cancel() }

  /// The SHA-256 of what was read, in hexadecimal digits.
  var sha256: String { digest.hexadecimal() }
}
