import Threads
import Platform

/// Bytes outside of Swift's heap: whole pages, zero at first, backed by memory only where they were written.
///
/// Aligned to a page. `@unchecked Sendable`, because the type hands out its address: who may read and write
/// which part is settled by the owner's protocol.
public final class MemoryRegion: @unchecked Sendable {
  /// All bytes of the region.
  public let bytes: UnsafeMutableRawBufferPointer
  /// The region that this is a part of, which stays as long as the part.
  private let whole: MemoryRegion?

  /// From here on a region is compared with what is at hand: to ask takes as long as to write a MiB.
  private static let askedByteCount = 64 << 20

  /// Reserves `byteCount` bytes, at least 0.
  ///
  /// - Throws: ``MemoryError/refused(byteCount:)`` when there is not as much, or the process may not have it.
  public init(byteCount: Int) throws(MemoryError) {
    require(byteCount >= 0, "memory: the size of a region is at least 0, not \(byteCount)")
    // The system would give it, and end the process when it is used.
    if byteCount >= Self.askedByteCount { try MemoryAtHand.require(byteCount) }
    // The system refuses an empty mapping; one byte costs nothing.
    let address = mmap(
      nil, max(byteCount, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let address, address != MAP_FAILED else { throw .refused(byteCount: byteCount) }
    // Shuffled records lie all over the region, and with small pages the processor walks the page table for
    // nearly each of them. Only advice: a kernel without huge pages refuses it, and nothing is lost.
    cp_want_huge_pages(address, max(byteCount, 1))
    bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
    whole = nil
  }

  /// The first `byteCount` bytes, at least 1, of a file, shared with whoever else maps it.
  ///
  /// The file must keep that size, or touching the bytes ends the process; see `F_SEAL_SHRINK` of `fcntl`.
  ///
  /// - Throws: ``MemoryError`` when the file cannot be mapped.
  public init(sharing descriptor: Int32, byteCount: Int) throws(MemoryError) {
    let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .refused(byteCount: byteCount) }
    bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
    whole = nil
  }

  /// Some of the bytes of `whole`; traps unless it has them.
  public init(_ range: Range<Int>, of whole: MemoryRegion) {
    require(
      range.lowerBound >= 0 && range.upperBound <= whole.bytes.count,
      "memory: a region of \(whole.bytes.count) bytes has no part \(range)")
    bytes = UnsafeMutableRawBufferPointer(rebasing: whole.bytes[range])
    self.whole = whole
  }

  deinit {
    if whole != nil { return }
    munmap(bytes.baseAddress, max(bytes.count, 1))
  }
}

/// There is no memory for what was asked for; nothing of it has been taken.
public enum MemoryError: Error, Equatable, Sendable {
  /// The system does not give a region of this size.
  case refused(byteCount: Int)
  /// A pipeline would take more than its limit, in bytes.
  case beyondLimit(PipelineMemory, limit: Int)
  /// A pipeline would take more than there is.
  case beyondReach(PipelineMemory, atHand: MemoryAtHand)
}

extension MemoryError: CustomStringConvertible {
  /// One line with what is needed and what there is.
  public var description: String {
    switch self {
    case .refused(let byteCount): "memory: \(byteCount) bytes cannot be reserved"
    case .beyondLimit(let memory, let limit):
      "memory: the run would take more than its limit (expected at most \(limit >> 20) MiB, found \(memory)); "
        + Self.advice
    case .beyondReach(let memory, let atHand):
      "memory: the run would take more than there is (expected at most \(atHand), found \(memory)); "
        + Self.advice
    }
  }

  private static let advice = "smaller batches, a smaller queue or fewer threads take less"
}
