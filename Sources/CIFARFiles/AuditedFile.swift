import CIFAR
import Digests
import SystemPackage

/// What is known about one file of a data set after it was read.
public struct AuditedFile: Sendable {
  /// What became of the file.
  public enum Status: String, Sendable {
    /// Nothing is wrong.
    case good
    /// Something is wrong.
    case wrong
    /// Nobody knows.
    case unchecked
    /// A record file that is not there.
    case missing
    /// A file that is not one of the data set.
    case extra
  }

  /// The name, printable.
  public let name: String
  /// What is wrong.
  public internal(set) var problems: [AuditProblem] = []
  /// What is odd and not wrong.
  public internal(set) var notes: [String] = []
  /// Whether the file does not belong to the data set.
  public internal(set) var isExtra = false
  /// Whether the file is not there.
  public internal(set) var isMissing = false
  /// The bytes, if they were all read.
  public internal(set) var byteCount: Int?
  /// The split of a record file.
  public internal(set) var split: Split?
  /// The records in the file, if they could be counted.
  public internal(set) var recordCount: Int?
  /// For each label of the layout, the number of records of each class.
  public internal(set) var classCounts: [[Int]] = []
  /// The SHA-256 of the file in hexadecimal digits.
  public internal(set) var sha256: String?
  /// The MD5 of the file, where an official one was published.
  public internal(set) var md5: String?
  /// The beginning of a file that has no records and may be a text.
  var text: [UInt8] = []

  /// A file that was not looked at yet.
  init(_ name: String, split: Split? = nil) {
    self.name = name
    self.split = split
  }

  /// What became of the file.
  public var status: Status {
    if isMissing { return .missing }
    switch problems.map(\.severity).max() {
    case .wrong?: return .wrong
    case .failed?, .unchecked?: return .unchecked
    case nil: return isExtra ? .extra : .good
    }
  }

  /// Drops what was found out about records, for a file that is not one of the data set's.
  mutating func forgetRecords() {
    (split, recordCount, classCounts, problems) = (nil, nil, [], [])
  }

  /// Takes over what a pass over all bytes has found, records of the binary form included.
  mutating func add(_ pass: FilePass, path: FilePath) {
    byteCount = pass.byteCount
    sha256 = pass.sha256.hexadecimal()
    md5 = pass.md5?.hexadecimal()
    text = pass.beginning
    guard let tally = pass.tally else { return }
    do throws(DatasetError) {
      recordCount = try tally.layout.recordCount(size: Int64(pass.byteCount), path: path)
    } catch {
      problems.append(.wrong("\(error)"))
    }
    add(tally, path: path)
  }

  /// Takes over the records of a file of the python form.
  ///
  /// - Throws: ``DatasetError`` when it cannot be read; what is wrong with it is a problem.
  mutating func add(_ pickle: any PickleBytes, _ kind: DatasetKind) throws(DatasetError) {
    do throws(DatasetError) {
      let batch = try PickledBatch(pickle, kind: kind)
      recordCount = batch.recordCount
      var tally = RecordTally(batch.layout)
      tally.update(labels: batch.labels)
      add(tally, path: pickle.path)
    } catch {
      guard case .badPickle = error else { throw error }
      problems.append(.wrong("\(error)"))
    }
  }

  private mutating func add(_ tally: RecordTally, path: FilePath) {
    classCounts = tally.counts
    if let problem = tally.problem(path: path) { problems.append(problem) }
  }
}

/// What one pass over the bytes of a file gathers.
struct FilePass {
  /// How much of a file that is not one of records is kept.
  private static let keptLength = 1 << 16

  private(set) var byteCount = 0
  private(set) var sha256 = Digest(.sha256)
  private(set) var md5: Digest?
  private(set) var tally: RecordTally?
  private(set) var beginning: [UInt8] = []
  private let keepsBeginning: Bool

  /// A pass that has not begun.
  ///
  /// - Parameters:
  ///   - role: What the name says that the file is, if it is one of records.
  ///   - needsMD5: Whether the MD5 is wanted, too.
  init(of role: RecordFileName?, needsMD5: Bool) {
    if let role, role.variant == .binary { tally = RecordTally(role.kind.facts.layout) }
    if needsMD5 { md5 = Digest(.md5) }
    // There may be thousands of record files, and nobody wants a text of them.
    keepsBeginning = role == nil
  }

  /// Takes the next bytes.
  mutating func update(_ piece: UnsafeRawBufferPointer) {
    byteCount += piece.count
    sha256.update(piece)
    md5?.update(piece)
    tally?.update(piece)
    if keepsBeginning, beginning.count < Self.keptLength {
      beginning += piece.prefix(Self.keptLength - beginning.count)
    }
  }
}
