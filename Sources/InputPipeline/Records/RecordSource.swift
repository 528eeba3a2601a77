/// Records of one fixed length that can be read by their number.
///
/// Anyone's data feeds the pipeline by implementing these two members. Implementations are called from several
/// threads at once and must not keep a position of their own.
public protocol RecordSource: Sendable {
  /// The number of records; does not change during a run.
  var recordCount: Int { get }

  /// Copies the records of `range`, one directly after the other, into `buffer`.
  ///
  /// - Parameters:
  ///   - range: Record numbers within `0 ..< recordCount`.
  ///   - buffer: Exactly `range.count` times the record length, in bytes; every byte is written.
  /// - Throws: Whatever keeps the records from being read; the pipeline stops and reports it.
  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws
}
