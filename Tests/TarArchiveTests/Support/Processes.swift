import Glibc
import SystemPackage

/// Runs a program and returns its exit status; -1 when it could not be started or was killed.
func run(_ program: String, _ arguments: [String]) -> Int {
  let words = ([program] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  var process = pid_t()
  guard posix_spawn(&process, program, nil, nil, words + [nil], environ) == 0 else { return -1 }
  var status: CInt = 0
  while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
  return status & 0x7f == 0 ? Int(status >> 8 & 0xff) : -1
}

/// A file system of a few bytes in memory, for disks that are full; needs the right to mount.
final class SmallDisk {
  /// Where it is mounted.
  let path: FilePath

  /// Whether this process may mount.
  static let canMount: Bool = {
    var template = Array("/tmp/cifar-pipe-mount-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return false }
    defer { rmdir(template) }
    guard mount("none", template, "tmpfs", 0, "size=65536") == 0 else { return false }
    return umount(template) == 0
  }()

  init(at parent: FilePath, byteCount: Int) throws {
    path = parent.appending("disk")
    guard mkdir(path.string, 0o755) == 0,
      mount("none", path.string, "tmpfs", 0, "size=\(byteCount)") == 0
    else { throw Errno(rawValue: errno) }
  }

  deinit {
    umount(path.string)
  }
}

/// The process's umask, read without setting it: it belongs to all tests that run at the same time.
func currentUmask() throws -> mode_t {
  let file = try FileDescriptor.open("/proc/self/status", .readOnly)
  defer { try? file.close() }
  var bytes = [UInt8](repeating: 0, count: 8192)
  let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
  let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
  guard let line = lines.first(where: { $0.hasPrefix("Umask:") }),
    let mask = mode_t(line.drop { !$0.isNumber }, radix: 8)
  else { throw Errno.noData }
  return mask
}
