import Platform
import InputPipeline
import SystemPackage

/// The records of one file of the python version, with the same bytes as those of the binary version.
public struct PickledRecordSource: RecordSource {
  /// What messages call the file.
  public var path: FilePath { batch.path }
  /// Where labels and image of a record lie in the buffer of ``readRecords(in:into:)``.
  public var layout: RecordLayout { batch.layout }
  /// The records in the file; at least 1.
  public var recordCount: Int { batch.recordCount }

  private let batch: PickledBatch

  /// The records of a batch, whose labels are checked now.
  ///
  /// - Throws: ``DatasetError/labelOutOfRange(path:record:field:value:)`` for the first wrong label.
  public init(_ batch: PickledBatch) throws(DatasetError) {
    self.batch = batch
    let fields = batch.layout.labels
    for (index, value) in batch.labels.enumerated() {
      let field = fields[index % fields.count]
      guard value < field.classCount else {
        throw .labelOutOfRange(path: batch.path, record: index / fields.count, field: field, value: value)
      }
    }
  }

  /// Copies labels and images of `range` into `buffer`.
  ///
  /// - Throws: ``DatasetError`` when a file cannot be read, became shorter, or was replaced.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    layout.check(range, of: recordCount, into: buffer)
    guard !range.isEmpty, let start = buffer.baseAddress else { return }
    let imageLength = CIFARImage.byteCount
    let labelLength = layout.imageOffset
    // The images land at the end of the buffer and move up one by one: none overwrites one that has not moved.
    let landing = UnsafeMutableRawBufferPointer(rebasing: buffer[(range.count * labelLength)...])
    try batch.bytes.read(at: batch.imageOffset + range.lowerBound * imageLength, into: landing)
    for index in 0..<range.count {
      let record = start + index * layout.recordLength
      memmove(record + labelLength, landing.baseAddress! + index * imageLength, imageLength)
      for label in 0..<labelLength {
        record.storeBytes(
          of: batch.labels[(range.lowerBound + index) * labelLength + label], toByteOffset: label,
          as: UInt8.self)
      }
    }
  }
}
