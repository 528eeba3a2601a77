import InputPipeline

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
