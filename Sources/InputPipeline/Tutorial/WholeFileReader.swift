import FileSupport
import SystemPackage

/// Reads each file as one record; the key is the name of the file.
///
/// Source: TensorFlow 1.x, `tf.WholeFileReader`.
public typealias WholeFileReader = RecordReader<WholeFileFormat>

extension WholeFileReader {
  /// A reader of files of at most `maximumByteCount` bytes.
  public convenience init(maximumByteCount: Int = 1 << 30) {
    self.init(format: WholeFileFormat(maximumByteCount: maximumByteCount))
  }
}

/// Files that are one record each; an empty file is an empty record.
public struct WholeFileFormat: RecordFormat {
  /// The bytes that a file may have, so that a wrong name cannot fill the memory.
  public let maximumByteCount: Int

  /// Files of at most `maximumByteCount` bytes.
  public init(maximumByteCount: Int) {
    self.maximumByteCount = maximumByteCount
  }

  /// Opens the file at `path`.
  ///
  /// - Throws: ``ReaderError/fileTooLong(_:maximum:found:)``, besides what keeps it from being opened.
  public func open(_ path: FilePath) throws(ReaderError) -> Unit {
    let file = try CheckedFile.ofRecords(path)
    guard file.byteCount <= maximumByteCount else {
      throw .fileTooLong(path, maximum: maximumByteCount, found: file.byteCount)
    }
    return Unit(file: file)
  }

  /// An open file.
  public struct Unit: WorkUnit {
    let file: CheckedFile

    /// Reads the whole file.
    public mutating func next() throws(ReaderError) -> WorkUnitStep {
      .last(KeyedRecord(key: RecordKey(path: file.path), value: try file.recordBytes(in: 0..<file.byteCount)))
    }
  }
}
