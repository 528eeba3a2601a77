import InputPipeline
import SystemPackage

/// One file of the python version: the labels of its images, and where the images are.
///
/// Labels are not compared with the number of classes yet.
public struct PickledBatch: Sendable {
  /// What messages call the file.
  public var path: FilePath { bytes.path }
  /// Where labels and image of a record lie in the binary version.
  public let layout: RecordLayout
  /// The images; at least 1.
  public let recordCount: Int
  /// The label bytes of all records, one record after the other, as the binary version has them.
  public let labels: [UInt8]

  /// Where the images are: those of the pickle itself, or a copy in the usual order.
  let bytes: any PickleBytes
  /// Where in ``bytes`` the first image begins; they follow each other directly.
  let imageOffset: Int

  /// Reads a file of the python version; its pixels stay on the disk if the file has them as they are.
  ///
  /// Never blocks on a named pipe.
  ///
  /// - Throws: ``DatasetError``.
  public init(path: FilePath, kind: DatasetKind) throws(DatasetError) {
    try self.init(RecordFile(path: path), kind: kind)
  }

  /// Reads the pickle that `bytes` hold.
  ///
  /// The pixels of the official files stay where they are. Those that Python 3 wrote as text, or NumPy column by
  /// column, are copied into memory.
  ///
  /// - Throws: ``DatasetError/badPickle(path:_:)``, ``DatasetError/empty(path:)``,
  ///   ``DatasetError/outOfMemory(path:byteCount:)``, or what `bytes` throw.
  public init(_ bytes: any PickleBytes, kind: DatasetKind) throws(DatasetError) {
    var machine = PickleMachine(bytes)
    let content = try machine.run()
    func fault(_ finding: PickleFault.Finding) -> DatasetError {
      .badPickle(path: bytes.path, PickleFault(finding, at: bytes.byteCount))
    }
    let labelKeys = kind.facts.pythonLabelKeys
    let values = try Self.dictionary(content, labelKeys: labelKeys, fault)
    guard case .array? = values["data"], let array = content.array else { throw fault(.missingKey("data")) }

    let recordCount = array.rows
    var labels = [UInt8](repeating: 0, count: recordCount * labelKeys.count)
    for (position, key) in labelKeys.enumerated() {
      guard case .list(let index)? = values[key] else { throw fault(.missingKey(key)) }
      let list = content.lists[index]
      guard list.count == recordCount else {
        throw fault(.wrongCount(key: key, expected: recordCount, found: list.count))
      }
      for (record, value) in list.enumerated() {
        guard case .integer(let label) = value else { throw fault(.unexpected("integers in '\(key)'")) }
        guard let byte = UInt8(exactly: label) else { throw fault(.badLabel(record: record, value: label)) }
        labels[record * labelKeys.count + position] = byte
      }
    }
    self.layout = kind.facts.layout
    self.recordCount = recordCount
    self.labels = labels
    (self.bytes, imageOffset) = try PickledPixels(array, in: bytes).inRows()
  }

  /// The values by key, each of which must be known and come once.
  private static func dictionary(
    _ content: PickleMachine.Content, labelKeys: [String], _ fault: (PickleFault.Finding) -> DatasetError
  ) throws(DatasetError) -> [String: PickleValue] {
    let known = ["data", "batch_label", "filenames"] + labelKeys
    var values: [String: PickleValue] = [:]
    for (key, value) in content.entries {
      let name = String(decoding: key, as: UTF8.self)
      guard known.contains(name) else { throw fault(.unknownKey(key)) }
      guard values.updateValue(value, forKey: name) == nil else { throw fault(.repeatedKey(name)) }
    }
    return values
  }
}
