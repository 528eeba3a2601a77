import CZlib
import Threads

/// The inflated bytes of a gzip file, checked but for the checksums, which ``GzipChecker`` compares.
///
/// All members of the file are read, one after the other, to the very end: header, trailer, and that nothing
/// follows the last but NUL bytes, with which some writers fill blocks. This is the one file that calls zlib's inflate.
/// Source: RFC 1952.
final class GzipInflater: ByteSource {
  /// The most NUL bytes behind the last member; a pipe could send them for ever.
  static let paddingLimit = 16 << 20

  private enum State {
    case header, body, trailer, end
    /// What is wrong behind the bytes that were given out.
    case failed(ArchiveError)
  }

  private let input: InputBuffer
  /// On the heap: zlib compares its address with the one that it was initialised at.
  private let stream: UnsafeMutablePointer<z_stream>
  private var state = State.header
  /// The number of bytes inflated so far.
  private var position: UInt64 = 0
  /// Where the bytes of the current member begin among them.
  private var memberStart: UInt64 = 0
  /// The trailers read so far; each is put in before the bytes after it are given out.
  let trailers = Monitor<[GzipTrailer]>([])

  /// Inflates what `input` holds from where it is.
  ///
  /// - Throws: ``ArchiveError`` when the input does not begin as a gzip file does.
  init(_ input: InputBuffer) throws {
    self.input = input
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Negative: deflated bytes alone. Header and trailer are read here, so that errors can tell figures.
    let result = inflateInit2_(
      stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib cannot be initialised (\(result)): no memory, or another version")
    try checkBeginning()
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  var name: String { input.name }

  func cancel() { input.cancel() }

  /// Inflates until `buffer` is full or a member ends, so that no more trailers than pieces are on the way.
  ///
  /// What is wrong is told after all bytes before it, however the input arrives; so of two faults the first
  /// one is always the same.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      switch state {
      case .header:
        try readHeader()
        state = .body
      case .body:
        filled += try inflateSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      case .trailer, .end, .failed:
        if filled > 0 { return filled }
        if case .failed(let error) = state { throw error }
        if case .end = state { return 0 }
        try readTrailer()
      }
    }
    return filled
  }

  // MARK: Deflated bytes

  /// Inflates from one filling of the input buffer, at most to the end of the member.
  private func inflateSome(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard try input.fill() else {
      state = .failed(endsEarly(within: .compressedData))
      return 0
    }
    let given = input.buffered
    // zlib does not write through `next_in`; its type lacks the const.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: given.baseAddress!.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = CUnsignedInt(given.count)
    // zlib counts in 32 bits.
    let room = min(buffer.count, Int(CInt.max))
    stream.pointee.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = CUnsignedInt(room)

    let result = inflate(stream, Z_NO_FLUSH)

    input.take(given.count - Int(stream.pointee.avail_in))
    let count = room - Int(stream.pointee.avail_out)
    position += UInt64(count)
    switch result {
    // zlib.h: the second says that there was too little to go on with, and not that the data are wrong.
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: state = .trailer
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"
      state = .failed(error(.damaged(offset: input.offset, reason: reason)))
    }
    return count
  }

  private func readTrailer() throws {
    let offset = input.offset
    let checksum = try littleEndian(byteCount: 4, within: .gzipTrailer)
    let length = try littleEndian(byteCount: 4, within: .gzipTrailer)
    let trailer = GzipTrailer(end: position, offset: offset, checksum: checksum, length: length)
    if position > memberStart {
      trailers.withLock { $0.append(trailer) }
    } else {
      // No byte would come after it: any number of empty members may follow each other, but not pile up.
      do throws(ArchiveError.Fault) {
        try trailer.compare(checksum: 0, length: 0)
      } catch {
        throw self.error(error)
      }
    }
    memberStart = position
    guard try input.fill() else {
      state = .end
      return
    }
    // RFC 1952, section 2.2: what follows a member can only be another one.
    if try input.peek(2).elementsEqual([0x1f, 0x8b]) {
      inflateReset(stream)
      state = .header
    } else {
      try takePadding()
      state = .end
    }
  }

  /// Takes the NUL bytes at the end of the file, as `gzip` does.
  private func takePadding() throws {
    var room = Self.paddingLimit
    while try input.fill() {
      let bytes = input.buffered
      let count = bytes.prefix(room).firstIndex { $0 != 0 } ?? min(bytes.count, room)
      input.take(count)
      guard count == bytes.count else { throw error(.trailingBytes(offset: input.offset)) }
      room -= count
    }
  }

  // MARK: The header

  private func checkBeginning() throws {
    let beginning = try input.peek(ArchiveFormat.recognitionLength)
    if beginning.count < ArchiveFormat.shortestGzip {
      throw error(.endsEarly(offset: UInt64(beginning.count), within: .beginning(.gzip)))
    }
    guard ArchiveFormat.recognize(beginning) == .gzip else {
      throw error(.wrongFormat(expected: .gzip, found: ArchiveFormat.describe(beginning)))
    }
  }

  /// Reads a member's header; RFC 1952, section 2.3.1.
  private func readHeader() throws {
    let start = input.offset
    var header = HeaderChecksum()
    func byte() throws -> UInt8 {
      guard let byte = try input.next() else { throw endsEarly(within: .gzipHeader) }
      header.add(byte)
      return byte
    }
    _ = try (byte(), byte())  // The two magic bytes have been seen.
    let method = try byte()
    guard method == 8 else {
      throw error(.unsupportedGzip(offset: start, field: "compression method", found: method))
    }
    let flags = try HeaderFlags(rawValue: byte())
    guard flags.isDisjoint(with: .reserved) else {
      throw error(.unsupportedGzip(offset: start, field: "flag", found: flags.rawValue))
    }
    for _ in 0..<6 { _ = try byte() }  // Time, extra flags and operating system say nothing here.
    if flags.contains(.extra) {
      let count = Int(try byte()) | Int(try byte()) << 8
      for _ in 0..<count { _ = try byte() }
    }
    if flags.contains(.name) { while try byte() != 0 {} }
    if flags.contains(.comment) { while try byte() != 0 {} }
    if flags.contains(.headerChecksum) {
      let found = header.value & 0xffff
      let expected = try littleEndian(byteCount: 2, within: .gzipHeader)
      guard found == expected else {
        throw error(.checksum(.gzipHeader, offset: start, expected: expected, found: found))
      }
    }
  }

  private struct HeaderFlags: OptionSet {
    let rawValue: UInt8
    static let headerChecksum = HeaderFlags(rawValue: 1 << 1)
    static let extra = HeaderFlags(rawValue: 1 << 2)
    static let name = HeaderFlags(rawValue: 1 << 3)
    static let comment = HeaderFlags(rawValue: 1 << 4)
    static let reserved = HeaderFlags(rawValue: 0b1110_0000)
  }

  private struct HeaderChecksum {
    var value: UInt32 = 0

    mutating func add(_ byte: UInt8) {
      withUnsafePointer(to: byte) { value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), $0, 1)) }
    }
  }

  private func littleEndian(byteCount: Int, within section: ArchiveError.Section) throws -> UInt32 {
    var value: UInt32 = 0
    for index in 0..<byteCount {
      guard let byte = try input.next() else { throw endsEarly(within: section) }
      value |= UInt32(byte) << (8 * index)
    }
    return value
  }

  private func endsEarly(within section: ArchiveError.Section) -> ArchiveError {
    error(.endsEarly(offset: input.offset, within: section))
  }

  private func error(_ fault: ArchiveError.Fault) -> ArchiveError {
    ArchiveError(archive: name, fault)
  }
}
