import SystemPackage

extension RecordLayout {
  /// The records in `size` bytes.
  ///
  /// - Parameter path: The file that an error names.
  /// - Throws: ``DatasetError/empty(path:)`` or
  ///   ``DatasetError/partialRecord(path:size:recordLength:remainder:)``.
  public func recordCount(size: Int64, path: FilePath) throws(DatasetError) -> Int {
    guard size > 0 else { throw .empty(path: path) }
    let (count, remainder) = size.quotientAndRemainder(dividingBy: Int64(recordLength))
    guard remainder == 0 else {
      throw .partialRecord(path: path, size: size, recordLength: recordLength, remainder: Int(remainder))
    }
    return Int(count)
  }

  /// Checks the labels of a block of whole records.
  ///
  /// - Parameters:
  ///   - firstRecord: The number of the first record in its file.
  ///   - path: The file that an error names.
  /// - Throws: ``DatasetError/labelOutOfRange(path:record:field:value:)`` for the first wrong label.
  public func checkLabels(
    in records: UnsafeRawBufferPointer, firstRecord: Int, path: FilePath
  ) throws(DatasetError) {
    guard let invalid = firstInvalidLabel(in: records) else { return }
    throw .labelOutOfRange(
      path: path, record: firstRecord + invalid.record, field: invalid.field, value: invalid.value)
  }

  /// Traps unless `range` lies within `count` records and `buffer` has just the room for it.
  func check(_ range: Range<Int>, of count: Int, into buffer: UnsafeMutableRawBufferPointer) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "records \(range) of a source with \(count)")
    precondition(
      buffer.count == range.count * recordLength,
      "\(buffer.count) bytes for \(range.count) records of \(recordLength)")
  }
}
