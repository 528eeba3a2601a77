import FileSupport
import Glibc
import SystemPackage

/// What changes when somebody writes to a file.
struct FileStamp: Equatable {
  /// The bytes of the file.
  let byteCount: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// The stamp of an open file.
  ///
  /// The corresponding C function is `fstat`.
  init(of descriptor: FileDescriptor, path: FilePath) throws(FileError) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      throw .system(path: path, operation: .inspect, reason: Errno(rawValue: errno))
    }
    byteCount = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  /// The problem of a file that is not the one that was there when reading began, or `nil`.
  ///
  /// - Parameter readCount: The bytes that were read.
  func change(to later: FileStamp, readCount: Int, path: FilePath) -> AuditProblem? {
    guard later != self || readCount != byteCount else { return nil }
    let found =
      max(later.byteCount, readCount) == byteCount
      ? min(later.byteCount, readCount) : max(later.byteCount, readCount)
    return .wrong("\(path.escaped): changed while being read (expected \(byteCount) bytes, found \(found))")
  }
}
