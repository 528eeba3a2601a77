import FileSupport
import Glibc
import SystemPackage

/// Kind, size and identity of a file at one moment.
struct FileStatus: Equatable {
  /// What the file is.
  let kind: FileKind
  /// Bytes of the file.
  let size: Int64
  /// The device that holds the file.
  let device: dev_t
  /// The number of the file on its device.
  let inode: ino_t

  /// The status of the file at `path`, links followed.
  ///
  /// The corresponding C function is `stat`.
  init(at path: FilePath) throws(Errno) {
    var status = stat()
    let result = path.withPlatformString { stat($0, &status) }
    guard result == 0 else { throw Errno(rawValue: errno) }
    self.init(status)
  }

  /// The status of an open file.
  ///
  /// The corresponding C function is `fstat`.
  init(of descriptor: FileDescriptor) throws(Errno) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    self.init(status)
  }

  private init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    size = Int64(status.st_size)
    device = status.st_dev
    inode = status.st_ino
  }
}
