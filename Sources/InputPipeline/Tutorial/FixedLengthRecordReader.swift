import FileSupport
import SystemPackage

/// Reads records of one fixed length; the key is `name:index`, with the index from 0 in each file.
///
/// Source: TensorFlow 1.x, `tf.FixedLengthRecordReader`.
public typealias FixedLengthRecordReader = RecordReader<FixedLengthFormat>

extension FixedLengthRecordReader {
  /// A reader of the records that `window` describes.
  public convenience init(_ window: RecordWindow) {
    self.init(format: FixedLengthFormat(window: window))
  }
}

/// Files with records of one length at a regular distance.
public struct FixedLengthFormat: RecordFormat {
  /// Where the records lie.
  public let window: RecordWindow

  /// Files with records as `window` describes them.
  public init(window: RecordWindow) {
    self.window = window
  }

  /// Opens the file at `path`.
  ///
  /// - Throws: ``ReaderError/shorterThanHeader(_:headerLength:found:)``, besides what keeps it from being opened.
  public func open(_ path: FilePath) throws(ReaderError) -> Unit {
    let file = try CheckedFile.ofRecords(path)
    guard file.byteCount >= window.headerLength else {
      throw .shorterThanHeader(path, headerLength: window.headerLength, found: file.byteCount)
    }
    return Unit(file: file, window: window)
  }

  /// An open file, read in blocks of whole records.
  public struct Unit: WorkUnit {
    /// Bytes that a block should have: few enough for the cache, enough to make system calls rare.
    static let blockLength = 256 << 10

    private let file: CheckedFile
    private let window: RecordWindow
    private let recordsPerBlock: Int
    private var cursor: RecordCursor
    private var block: [UInt8] = []
    /// The records in the block that were not delivered yet.
    private var remaining = 0..<0
    private var firstInBlock = 0

    init(file: CheckedFile, window: RecordWindow) {
      self.file = file
      self.window = window
      recordsPerBlock = max(1, (Self.blockLength - window.recordLength) / window.hopLength + 1)
      cursor = RecordCursor(recordCounts: [window.recordCount(byteCount: file.byteCount)])
    }

    /// Reads the next record; a partial record at the end is no record.
    public mutating func next() throws(ReaderError) -> WorkUnitStep {
      if remaining.isEmpty {
        guard let range = cursor.next(upTo: recordsPerBlock)?.records else { return .end }
        let start = window.offset(ofRecord: range.lowerBound)
        let end = window.offset(ofRecord: range.upperBound - 1) + window.recordLength
        block = try file.recordBytes(in: start..<end)
        remaining = range
        firstInBlock = range.lowerBound
      }
      let number = remaining.removeFirst()
      let offset = (number - firstInBlock) * window.hopLength
      return .record(
        KeyedRecord(
          key: RecordKey(path: file.path, number: number),
          value: Array(block[offset..<offset + window.recordLength])))
    }
  }
}
