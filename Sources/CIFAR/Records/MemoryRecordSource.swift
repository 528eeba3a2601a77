import InputPipeline
import SystemPackage

/// The records of one file whose bytes are kept in memory, such as a member of an archive.
public struct MemoryRecordSource: RecordSource {
  /// The name of the records in messages, for example that of the archive and the member.
  public let path: FilePath
  /// Where labels and image of a record lie.
  public let layout: RecordLayout
  /// The records; at least 1.
  public let recordCount: Int

  private let memory: MemoryRegion

  /// Takes over whole records with checked labels.
  fileprivate init(path: FilePath, layout: RecordLayout, recordCount: Int, memory: MemoryRegion) {
    self.path = path
    self.layout = layout
    self.recordCount = recordCount
    self.memory = memory
  }

  /// Copies the records of `range` into `buffer`; never throws.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    layout.check(range, of: recordCount, into: buffer)
    let length = layout.recordLength
    let records = memory.bytes[range.lowerBound * length..<range.upperBound * length]
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: records))
  }
}

extension MemoryRecordSource {
  /// Receives the bytes of a source in pieces of any size.
  public struct Builder: ~Copyable {
    private let path: FilePath
    private let layout: RecordLayout
    private let recordCount: Int
    private let memory: MemoryRegion
    private var filled = 0

    /// Reserves memory for `byteCount` bytes; the system provides it as the bytes come.
    ///
    /// - Parameters:
    ///   - path: The name of the records in messages.
    ///   - byteCount: As announced, by an archive for example; limits are the caller's matter.
    /// - Throws: ``DatasetError/empty(path:)``,
    ///   ``DatasetError/partialRecord(path:size:recordLength:remainder:)`` or
    ///   ``DatasetError/outOfMemory(path:byteCount:)``.
    public init(path: FilePath, layout: RecordLayout, byteCount: Int) throws(DatasetError) {
      let recordCount = try layout.recordCount(size: Int64(byteCount), path: path)
      let memory: MemoryRegion
      do { memory = try MemoryRegion(byteCount: byteCount) } catch {
        throw .outOfMemory(path: path, byteCount: byteCount)
      }
      self.path = path
      self.layout = layout
      self.recordCount = recordCount
      self.memory = memory
    }

    /// The bytes that are still to come.
    public var missingByteCount: Int { memory.bytes.count - filled }

    /// Adds the next bytes; at most ``missingByteCount``.
    public mutating func append(_ piece: UnsafeRawBufferPointer) {
      precondition(piece.count <= missingByteCount, "\(piece.count) bytes, room for \(missingByteCount)")
      UnsafeMutableRawBufferPointer(rebasing: memory.bytes[filled...]).copyMemory(from: piece)
      filled += piece.count
    }

    /// Ends the filling and checks the labels.
    ///
    /// - Throws: ``DatasetError/truncatedDuringRead(path:offset:expected:found:)`` if bytes are missing,
    ///   ``DatasetError/labelOutOfRange(path:record:field:value:)``; the memory is then free again.
    public consuming func finish() throws(DatasetError) -> MemoryRecordSource {
      let bytes = memory.bytes
      guard filled == bytes.count else {
        throw .truncatedDuringRead(path: path, offset: 0, expected: bytes.count, found: filled)
      }
      try layout.checkLabels(in: UnsafeRawBufferPointer(bytes), firstRecord: 0, path: path)
      return MemoryRecordSource(path: path, layout: layout, recordCount: recordCount, memory: memory)
    }
  }
}

/// Records that lie in memory from the start, where the pipeline reads them in place.
public struct RegionRecords: RecordSource {
  private let region: MemoryRegion
  private let offset: Int
  private let length: Int
  /// The number of records.
  public let recordCount: Int

  /// `recordCount` records of `length` bytes each in `region`, the first of them at `offset`.
  public init(region: MemoryRegion, offset: Int, recordCount: Int, length: Int) {
    (self.region, self.offset, self.recordCount, self.length) = (region, offset, recordCount, length)
  }

  /// Copies records; never throws.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    let records = region.bytes[offset + range.lowerBound * length..<offset + range.upperBound * length]
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: records))
  }
}
