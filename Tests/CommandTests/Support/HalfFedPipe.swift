import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// A named pipe that has got the beginning of an archive and waits for more that never comes.
final class HalfFedPipe {
  private let descriptor: Int32

  /// Makes the pipe; `bytes` fit into it.
  init(at path: FilePath, _ bytes: [UInt8]) {
    precondition(mkfifo(path.string, 0o600) == 0, "no pipe")
    // For reading too, so that the opening waits for nobody.
    descriptor = open(path.string, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    precondition(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
  }

  deinit { close(descriptor) }

  /// Waits until somebody has read all of it, at most half a minute.
  func waitUntilRead() {
    var count: Int32 = 1
    let isRead = becomesTrue { ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count == 0 }
    #expect(isRead, "\(count) bytes are left")
  }
}
