import Glibc
import SystemPackage

/// A regular file open for reading, with the size it had when it was opened.
///
/// Any number of threads may read at the same time: there is no position. The file is closed with the last
/// reference. It is read and never mapped, so that a file cut by another process is an error and no signal.
public final class RegularFile: Sendable {
  /// The path that was opened.
  public let path: FilePath

  /// The size in bytes when the file was opened.
  public let byteCount: Int

  private let descriptor: FileDescriptor

  /// Opens the file at `path`, links followed; never waits for the other end of a pipe.
  ///
  /// - Throws: ``ReaderError/cannotOpen(_:_:)`` or ``ReaderError/notARegularFile(_:)``.
  public init(_ path: FilePath) throws(ReaderError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw .cannotOpen(path, error as? Errno ?? .ioError)
    }
    var status = stat()
    let result = fstat(descriptor.rawValue, &status)
    let failure = Errno(rawValue: errno)
    byteCount = Int(status.st_size)
    guard result == 0 else { throw .cannotOpen(path, failure) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path) }
  }

  deinit {
    // Nothing was written, so that a failing close loses nothing.
    try? descriptor.close()
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - offset: In bytes; with the length of `buffer`, at most ``byteCount`` (traps otherwise).
  ///   - buffer: Every byte is written, unless an error is thrown.
  /// - Throws: ``ReaderError/cannotRead(_:offset:_:)``, or ``ReaderError/endsEarly(_:expected:found:)`` if the
  ///   file has become shorter.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ReaderError) {
    precondition(
      offset >= 0 && buffer.count <= byteCount - offset, "\(path): a read beyond the end of the file")
    var done = 0
    while done < buffer.count {
      let position = offset + done
      let count: Int
      do {
        count = try descriptor.read(
          fromAbsoluteOffset: Int64(position), into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      } catch {
        throw .cannotRead(path, offset: position, error as? Errno ?? .ioError)
      }
      guard count > 0 else { throw .endsEarly(path, expected: byteCount, found: position) }
      done += count
    }
  }

  /// The bytes of `range`, as an array; see ``read(at:into:)``.
  func bytes(in range: Range<Int>) throws(ReaderError) -> [UInt8] {
    // `init(unsafeUninitializedCapacity:)` passes on untyped errors only.
    var failure: ReaderError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(ReaderError) {
        try read(
          at: range.lowerBound,
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count])
        )
        count = range.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
