import CIFAR
import Digests

/// What is known about one file of a data set after it was checked.
struct CheckedFile {
  /// What became of the check.
  enum Status: String {
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
  let name: String
  /// What is wrong.
  var findings: [VerifyFinding] = []
  /// What is odd and not wrong.
  var notes: [String] = []
  /// Whether the file does not belong to the data set.
  var isExtra = false
  /// Whether the file is not there.
  var isMissing = false
  /// The bytes, if they were all read.
  var byteCount: Int?
  /// The split of a record file.
  var split: Split?
  /// The records in the file, if they could be counted.
  var recordCount: Int?
  /// For each label of the layout, the number of records of each class.
  var classCounts: [[Int]] = []
  /// The SHA-256 of the file in hexadecimal digits.
  var sha256: String?
  /// The MD5 of the file, where an official one was published.
  var md5: String?
  /// The beginning of a text file.
  var text: [UInt8] = []

  /// A file that was not looked at yet.
  init(_ name: String) {
    self.name = name
  }

  /// What became of the check.
  var status: Status {
    if isMissing { return .missing }
    switch findings.map(\.severity).max() {
    case .wrong?: return .wrong
    case .failed?, .unchecked?: return .unchecked
    case nil: return isExtra ? .extra : .good
    }
  }

  /// Drops what was found out about records, for a file that is not one of the data set's.
  mutating func forgetRecords() {
    (split, recordCount, classCounts, findings) = (nil, nil, [], [])
  }

  /// Takes over what a complete pass over the bytes has found.
  mutating func complete(_ check: FileCheck) {
    byteCount = check.byteCount
    sha256 = check.sha256.hexadecimal()
    md5 = check.md5?.hexadecimal()
    text = check.beginning
  }
}

/// What one pass over the bytes of a file gathers.
struct FileCheck {
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
  ///   - layout: That of the records, if the file is one of binary records.
  ///   - needsMD5: Whether the MD5 is wanted, too.
  ///   - keepsBeginning: Whether the file may be a text that is wanted; there may be thousands of record files.
  init(layout: RecordLayout?, needsMD5: Bool, keepsBeginning: Bool) {
    self.keepsBeginning = keepsBeginning
    tally = layout.map { RecordTally($0) }
    if needsMD5 { md5 = Digest(.md5) }
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
