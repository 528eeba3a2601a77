import SystemPackage

/// How the records of a file are found; the part in which readers differ.
public protocol RecordFormat: Sendable {
  /// A file in the course of being read.
  associatedtype Unit: WorkUnit

  /// Opens the file at `path`.
  func open(_ path: FilePath) throws(ReaderError) -> Unit
}

/// A file in the course of being read.
///
/// One thread at a time uses it.
public protocol WorkUnit: Sendable {
  /// Reads the next record.
  mutating func next() throws(ReaderError) -> WorkUnitStep
}

/// What reading on in a work unit gave.
public enum WorkUnitStep: Sendable, Equatable {
  /// A record; whether there is another one turns out at the next step.
  case record(KeyedRecord)
  /// The only or last record, known to be the last.
  case last(KeyedRecord)
  /// No record any more.
  case end
}

/// A record and where it comes from.
public struct KeyedRecord: Sendable, Hashable {
  /// Where the record comes from.
  public var key: RecordKey
  /// The bytes of the record.
  public var value: [UInt8]

  /// A record with its key.
  public init(key: RecordKey, value: [UInt8]) {
    self.key = key
    self.value = value
  }
}

/// The name of a record: its file, and its number there if a file can have several.
public struct RecordKey: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public var path: FilePath
  /// The number of the record, from 0, or of the line, from 1; `nil` where the file is the record.
  public var number: Int?

  /// The key of the record with this number.
  public init(path: FilePath, number: Int? = nil) {
    self.path = path
    self.number = number
  }

  /// As in TensorFlow: `name:number`, or the name alone.
  public var description: String {
    number.map { "\(path):\($0)" } ?? "\(path)"
  }
}
