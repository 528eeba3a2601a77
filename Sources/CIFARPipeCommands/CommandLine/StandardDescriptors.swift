import Glibc

/// Descriptors 0, 1 and 2, which a caller may have closed.
enum StandardDescriptors {
  /// Fills closed ones with `/dev/null`, opened so that using them fails.
  ///
  /// Otherwise the next file that is opened would get the number, and results would land in it.
  static func guardClosed() {
    for (descriptor, mode) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(Int32, Int32)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is the closed one, since those below it are open by now.
      _ = open("/dev/null", mode)
    }
  }
}
