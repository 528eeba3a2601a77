import Platform

/// The pixels of a record directly beside a page that nobody may touch.
final class GuardedPixels {
  /// On which side the forbidden page lies.
  enum Place: CaseIterable, Sendable {
    /// The record begins right after a forbidden page.
    case afterGuard
    /// The record ends right before a forbidden page.
    case beforeGuard
  }

  /// The 3,072 bytes.
  let pixels: UnsafeMutablePointer<UInt8>

  private let pages: UnsafeMutableRawPointer
  private static let pageLength = 4096

  init(_ bytes: [UInt8], _ place: Place) {
    let length = Self.pageLength
    let pages = mmap(nil, 3 * length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages, pages != MAP_FAILED,
      mprotect(pages + length, length, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no memory for three pages") }
    self.pages = pages
    let offset = place == .afterGuard ? length : 2 * length - bytes.count
    pixels = (pages + offset).bindMemory(to: UInt8.self, capacity: bytes.count)
    pixels.update(from: bytes, count: bytes.count)
  }

  deinit {
    munmap(pages, 3 * Self.pageLength)
  }
}
