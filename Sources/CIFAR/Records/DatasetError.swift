import FileSupport
import SystemPackage

/// What is wrong with the record files of a data set.
///
/// Records that came out of an archive have the path of the archive followed by the name of the member.
public enum DatasetError: Error, Equatable {
  /// Neither the directory nor the one expected below it has record files of the data set.
  ///
  /// `other` is the data set whose files are there instead, if any.
  case noRecordFiles(directory: FilePath, kind: DatasetKind, other: DatasetKind?)
  /// Some record files are not in the directory; all of them are named.
  case missingFiles(directory: FilePath, names: [String])
  /// A file or directory is absent or may not be read.
  case unreadable(path: FilePath, reason: Errno)
  /// Something other than a regular file has the name of one.
  case notAFile(path: FilePath, kind: FileKind)
  /// A file of records was named where a directory of them is expected.
  case recordFile(path: FilePath)
  /// A record file has no bytes.
  case empty(path: FilePath)
  /// The size is not a multiple of the record length; all numbers are bytes.
  case partialRecord(path: FilePath, size: Int64, recordLength: Int, remainder: Int)
  /// A label byte that no class has; `record` is counted from the start of the file, at 0.
  case labelOutOfRange(path: FilePath, record: Int, field: LabelField, value: UInt8)
  /// The file ended before the bytes that it had when it was opened; all numbers are bytes.
  case truncatedDuringRead(path: FilePath, offset: Int64, expected: Int, found: Int)
  /// Somebody has written to the file since it was checked.
  case changedDuringRead(path: FilePath)
  /// Another file has taken the name since the source was made.
  case replacedDuringRead(path: FilePath)
  /// The system could not read the bytes at `offset`.
  case readFailed(path: FilePath, offset: Int64, reason: Errno)
  /// A file of the python version is not the pickle of a batch of this data set.
  case badPickle(path: FilePath, PickleFault)
  /// There is no memory for records that are kept in memory.
  case outOfMemory(path: FilePath, byteCount: Int)
}

extension DatasetError: CausedError {
  /// Whether the files are missing, could not be read, or are wrong.
  public var cause: ErrorCause {
    switch self {
    case .noRecordFiles, .missingFiles, .unreadable, .notAFile, .recordFile: .absent
    case .empty, .partialRecord, .labelOutOfRange, .truncatedDuringRead, .changedDuringRead,
      .replacedDuringRead, .badPickle:
      .data
    case .readFailed: .io
    case .outOfMemory: .busy
    }
  }
}

extension DatasetError: CustomStringConvertible {
  /// One line: the thing, what is wrong with it, what was expected and found.
  public var description: String {
    switch self {
    case .noRecordFiles(let directory, let kind, let other):
      let facts = kind.facts
      let expected =
        "expected \(facts.trainFileNames[0]) and others here or in \(facts.directoryName(.binary))"
      let found = other.map { ", found those of \($0.facts.title)" } ?? ""
      return "\(directory.escaped): no \(facts.title) record files (\(expected)\(found))"
    case .missingFiles(let directory, let names):
      return "\(directory.escaped): missing \(Self.list(names))"
    case .unreadable(let path, let reason):
      return "\(path.escaped): \(reason.words)"
    case .notAFile(let path, let kind):
      return "\(path.escaped): not a regular file (expected records, found \(kind))"
    case .recordFile(let path):
      let directory = path.removingLastComponent()
      return "\(path.escaped): is one file of records (expected their directory, "
        + "\(directory.isEmpty ? "." : directory.escaped), or an archive)"
    case .empty(let path):
      return "\(path.escaped): no records (the file is empty)"
    case .partialRecord(let path, let size, let recordLength, let remainder):
      return "\(path.escaped): size is not a whole number of records "
        + "(expected a multiple of \(recordLength) bytes, found \(size), remainder \(remainder))"
    case .labelOutOfRange(let path, let record, let field, let value):
      return "\(RecordName.text(record, in: path.escaped)): \(field.selection.rawValue) label out of range "
        + "(expected 0 to \(field.classCount - 1), found \(value))"
    case .truncatedDuringRead(let path, let offset, let expected, let found):
      return "\(path.escaped): the file became shorter while it was read "
        + "(expected \(expected) bytes at offset \(offset), found \(found))"
    case .changedDuringRead(let path):
      return "\(path.escaped): was written to while it was read; run again when nobody writes to it"
    case .replacedDuringRead(let path):
      return "\(path.escaped): another file took its place while it was read"
    case .readFailed(let path, let offset, let reason):
      return "\(path.escaped): reading at offset \(offset): \(reason.words)"
    case .badPickle(let path, let fault):
      return "\(path.escaped): \(fault)"
    case .outOfMemory(let path, let byteCount):
      return "\(path.escaped): not enough memory for \(byteCount) bytes of records"
    }
  }

  /// The most names that a message lists.
  static let listedNames = 10

  /// The first names and the number of the others.
  private static func list(_ names: [String]) -> String {
    let listed = names.prefix(listedNames).joined(separator: ", ")
    return names.count > listedNames ? "\(listed) and \(names.count - listedNames) more" : listed
  }
}
