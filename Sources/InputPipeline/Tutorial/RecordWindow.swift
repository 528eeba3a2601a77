/// Where the records of one fixed length lie in a file: a header, records at a regular distance, a footer.
///
/// Record `k` occupies `recordLength` bytes from `headerLength + k * hopLength` on, and exists if it and the
/// footer after it fit into the file. A partial record at the end is not counted. All lengths are in bytes.
/// Source: TensorFlow 1.x, `core/kernels/fixed_length_record_reader_op.cc`, newest generation.
public struct RecordWindow: Sendable, Equatable {
  /// Bytes before the first record.
  public let headerLength: Int
  /// Bytes of a record; at least 1.
  public let recordLength: Int
  /// Bytes at the end of the file that belong to no record.
  public let footerLength: Int
  /// Bytes from the start of a record to the start of the next; at least 1.
  ///
  /// Less than the record length makes windows that overlap, more leaves gaps.
  public let hopLength: Int

  /// A window with these lengths; a hop of 0 means the record length.
  ///
  /// - Throws: ``ReaderError/lengthTooSmall(name:minimum:found:)`` or ``ReaderError/lengthsTooLarge``.
  public init(
    headerLength: Int = 0, recordLength: Int, footerLength: Int = 0, hopLength: Int = 0
  ) throws(ReaderError) {
    let lengths = [
      ("header length", headerLength, 0), ("record length", recordLength, 1),
      ("footer length", footerLength, 0), ("hop length", hopLength, 0),
    ]
    var sum = 0
    for (name, length, minimum) in lengths {
      guard length >= minimum else {
        throw .lengthTooSmall(name: name, minimum: minimum, found: length)
      }
      let (larger, overflows) = sum.addingReportingOverflow(length)
      guard !overflows else { throw .lengthsTooLarge }
      sum = larger
    }
    self.headerLength = headerLength
    self.recordLength = recordLength
    self.footerLength = footerLength
    self.hopLength = hopLength == 0 ? recordLength : hopLength
  }

  /// The number of whole records in a file of `byteCount` bytes; 0 if not even one fits.
  public func recordCount(byteCount: Int) -> Int {
    let spare = byteCount - headerLength - footerLength - recordLength
    return spare < 0 ? 0 : spare / hopLength + 1
  }

  /// The bytes after the last whole record that are not the footer: 0 in a file that was written completely.
  ///
  /// In a file without a record, everything behind the header counts.
  public func leftoverLength(byteCount: Int) -> Int {
    let count = recordCount(byteCount: byteCount)
    let end = count == 0 ? headerLength : offset(ofRecord: count - 1) + recordLength
    return max(0, byteCount - footerLength - end)
  }

  /// The offset of a record in the file, in bytes; traps if it is not an `Int`.
  public func offset(ofRecord number: Int) -> Int {
    precondition(number >= 0, "record numbers start at 0")
    return headerLength + number * hopLength
  }
}
