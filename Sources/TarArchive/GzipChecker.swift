import CZlib
import Threads

/// What the trailer of one gzip member says, and where the member ends.
struct GzipTrailer: Sendable {
  /// The end of the member's bytes in the inflated stream.
  let end: UInt64
  /// Where the trailer is in the compressed file, in bytes.
  let offset: UInt64
  /// The checksum of the member's bytes.
  let checksum: UInt32
  /// The number of the member's bytes modulo 2^32.
  let length: UInt32

  /// Throws when the member's bytes have not this checksum and length.
  func compare(checksum found: UInt32, length foundLength: UInt32) throws(ArchiveError.Fault) {
    guard found == checksum else {
      throw .checksum(.compressedData, offset: offset, expected: checksum, found: found)
    }
    guard foundLength == length else {
      throw .length(offset: offset, expected: length, found: foundLength)
    }
  }
}

/// Inflated bytes, compared with what the trailers of their gzip members say.
///
/// It stands behind the thread that inflates, so that inflating, which takes the longest, has nothing else to
/// do. Bytes are handed out before the checksum that covers them is compared: only a ``read(into:)`` that has
/// returned 0 proves them. Source: RFC 1952, section 2.3.1.
final class GzipChecker: ByteSource {
  private let source: any ByteSource
  private let trailers: Monitor<[GzipTrailer]>
  private var position: UInt64 = 0
  private var checksum: UInt32 = 0
  /// The length of the current member so far; wraps, as the field in the trailer does.
  private var length: UInt32 = 0

  /// Checks what `source` gives.
  ///
  /// - Parameter trailers: The trailers that the inflater has read; one is there before the bytes that follow
  ///   it.
  init(_ source: any ByteSource, trailers: Monitor<[GzipTrailer]>) {
    self.source = source
    self.trailers = trailers
  }

  var name: String { source.name }

  func cancel() { source.cancel() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    while let trailer = nextTrailer(before: position + UInt64(rest.count)) {
      let part = Int(trailer.end - position)
      add(UnsafeRawBufferPointer(rebasing: rest[..<part]))
      rest = UnsafeRawBufferPointer(rebasing: rest[part...])
      try compare(with: trailer)
    }
    add(rest)
    return count
  }

  /// Takes the trailer of a member that ends at `position` or before.
  private func nextTrailer(before position: UInt64) -> GzipTrailer? {
    trailers.withLock { trailers in
      guard let first = trailers.first, first.end <= position else { return nil }
      return trailers.removeFirst()
    }
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    checksum = UInt32(
      truncatingIfNeeded: crc32_z(UInt(checksum), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    length &+= UInt32(truncatingIfNeeded: bytes.count)
    position += UInt64(bytes.count)
  }

  private func compare(with trailer: GzipTrailer) throws {
    do throws(ArchiveError.Fault) {
      try trailer.compare(checksum: checksum, length: length)
    } catch {
      throw ArchiveError(archive: name, error)
    }
    checksum = 0
    length = 0
  }
}
