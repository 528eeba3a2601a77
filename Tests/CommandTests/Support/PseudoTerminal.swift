import Glibc
import SystemPackage

/// A terminal of which a test sees every byte.
final class PseudoTerminal {
  /// The device that a program writes to.
  let path: FilePath
  private let descriptor: Int32

  /// Opens one; traps if the system has none left.
  ///
  /// The requests are `TIOCSPTLCK` and `TIOCGPTN`; the corresponding C functions are `unlockpt` and
  /// `ptsname`.
  init() {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (unlocked, number) = (Int32(0), Int32(0))
    let isReady =
      ioctl(descriptor, 0x4004_5431, &unlocked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0
    precondition(isReady, "no terminal: \(errno)")
    path = FilePath("/dev/pts/\(number)")
  }

  deinit {
    close(descriptor)
  }

  /// Makes it so many columns wide.
  func resize(columns: UInt16) {
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    precondition(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
  }

  /// What has been written to it since the last call; a few kilobytes fit.
  func output() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, 0) > 0, case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
