import CZlib

/// Compresses bytes into one gzip member.
///
/// The header has neither a name nor a time, so equal bytes give equal files with one version of zlib.
/// Used by one thread at a time. Source: RFC 1952.
public final class GzipWriter: ByteSink {
  /// The version of zlib that is in use, such as `1.2.13`.
  public static var libraryVersion: String { String(cString: zlibVersion()) }

  private let sink: any ByteSink
  /// On the heap: zlib compares its address with the one that it was initialised at.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 64)

  /// Writes compressed bytes to `sink`.
  ///
  /// - Parameter level: From 1, fast, to 9, small; 0 stores.
  public init(_ sink: any ByteSink, level: Int = 6) {
    precondition((0...9).contains(level), "compression levels are 0 to 9")
    self.sink = sink
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let result = deflateInit2_(
      stream, CInt(level), Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib cannot be initialised (\(result)): no memory, or another version")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// Compresses `bytes`; they reach the sink by and by.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      // zlib counts in 32 bits.
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      try compress(part, flush: Z_NO_FLUSH)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
    }
  }

  /// Writes the rest, the checksum and the length.
  public func finish() throws {
    try compress(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH)
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, flush: CInt) throws {
    // zlib does not write through `next_in`; its type lacks the const.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = CUnsignedInt(bytes.count)
    repeat {
      stream.pointee.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = CUnsignedInt(output.count)
      let result = deflate(stream, flush)
      precondition(result != Z_STREAM_ERROR, "the stream was finished before")
      let count = output.count - Int(stream.pointee.avail_out)
      if count > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: output[..<count])) }
    } while stream.pointee.avail_out == 0
  }
}
