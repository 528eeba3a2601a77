import InputPipeline

/// Records that lie in memory from the start, where the pipeline reads them in place.
struct RegionRecords: RecordSource {
  let region: MemoryRegion
  /// Bytes before the first record.
  let offset: Int
  let recordCount: Int
  /// Bytes of a record.
  let length: Int

  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    let records = region.bytes[offset + range.lowerBound * length..<offset + range.upperBound * length]
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: records))
  }
}
