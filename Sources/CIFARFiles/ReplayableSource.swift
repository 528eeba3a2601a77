import TarArchive

/// A stream whose beginning can be read a second time, also where the input cannot go back, such as a pipe.
///
/// `@unchecked`: one thread at a time reads; ``cancel()`` only passes on.
final class ReplayableSource: ByteSource, @unchecked Sendable {
  /// The most bytes that are read at a time while they are kept.
  private static let keptLength = 16 * 1024

  private let source: any ByteSource
  private var kept: [UInt8] = []
  private var position = 0
  private var isKeeping = true

  /// Reads `source`, which belongs to this object from now on, and keeps what it reads.
  init(_ source: any ByteSource) {
    self.source = source
  }

  var name: String { source.name }

  /// Ends a wait for bytes.
  func cancel() { source.cancel() }

  /// Goes back to the beginning, once; what is read from then on is not kept any more.
  func replay() {
    position = 0
    isKeeping = false
  }

  /// Reads kept bytes first, then the source.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if position < kept.count {
      let bytes = kept[position...].prefix(buffer.count)
      buffer.copyBytes(from: bytes)
      position += bytes.count
      return bytes.count
    }
    if !isKeeping {
      kept = []
      position = 0
      return try source.read(into: buffer)
    }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(Self.keptLength)))
    kept.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    position = kept.count
    return count
  }
}
