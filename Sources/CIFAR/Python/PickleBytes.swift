import InputPipeline
import SystemPackage

/// The bytes of a pickle, in a file or in memory, any part of which can be read at any time by any thread.
public protocol PickleBytes: Sendable {
  /// What messages call it.
  var path: FilePath { get }
  /// The number of bytes.
  var byteCount: Int { get }
  /// Fills `buffer` with the bytes from `offset` on; all of them are within ``byteCount``.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError)
}

extension RecordFile: PickleBytes {}

/// Bytes in memory, such as a member of an archive.
public struct PickleMemory: PickleBytes {
  /// What messages call it.
  public let path: FilePath
  private let region: MemoryRegion

  /// The bytes of `region`, which nobody changes any more.
  public init(path: FilePath, region: MemoryRegion) {
    self.path = path
    self.region = region
  }

  /// The number of bytes.
  public var byteCount: Int { region.bytes.count }

  /// Calls `body` with all bytes.
  public func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    body(UnsafeRawBufferPointer(region.bytes))
  }

  /// Copies the bytes from `offset` on; never throws.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: region.bytes[offset..<offset + buffer.count]))
  }
}
