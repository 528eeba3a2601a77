import InputPipeline
import SystemPackage

/// The records of one binary file; labels are checked as they pass.
///
/// The file is opened for each read and closed after it; see `RecordFile`.
public struct FileRecordSource: RecordSource {
  /// The file.
  public var path: FilePath { file.path }
  /// Where labels and image of a record lie.
  public let layout: RecordLayout
  /// The records in the file; at least 1.
  public let recordCount: Int

  private let file: RecordFile

  /// Checks that the file can be read and has at least one record and only whole ones.
  ///
  /// Never blocks on a named pipe. The labels are not read yet.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/notAFile(path:kind:)``,
  ///   ``DatasetError/empty(path:)`` or ``DatasetError/partialRecord(path:size:recordLength:remainder:)``,
  ///   looked for in this order.
  public init(path: FilePath, layout: RecordLayout) throws(DatasetError) {
    file = try RecordFile(path: path)
    self.layout = layout
    recordCount = try layout.recordCount(size: Int64(file.byteCount), path: path)
  }

  /// Copies the records of `range` into `buffer` and checks their labels.
  ///
  /// - Throws: A ``DatasetError`` that names the file: it cannot be opened or read, became shorter, was
  ///   replaced, or has a label out of range. What is then in `buffer` is not specified.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    layout.check(range, of: recordCount, into: buffer)
    guard !range.isEmpty else { return }
    try file.read(at: range.lowerBound * layout.recordLength, into: buffer)
    try layout.checkLabels(in: UnsafeRawBufferPointer(buffer), firstRecord: range.lowerBound, path: path)
  }
}
