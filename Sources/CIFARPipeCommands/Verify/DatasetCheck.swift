import CIFAR
import FileSupport
import SystemPackage

/// Everything that ``VerifyCommand`` found out.
struct DatasetCheck {
  /// The most missing files that have a line of their own; a name may promise a million files before it.
  private static let listedMissingCount = 1000

  /// The directory or archive.
  let path: FilePath
  /// The data set and its form, once a name has told.
  var kind: DatasetKind
  /// The form of the data set.
  var variant: DatasetVariant
  /// The files, record files in the order of their records first.
  var files: [CheckedFile] = []
  /// Findings about the whole, such as a damaged archive or a line of a list.
  var findings: [VerifyFinding] = []
  /// The archive itself.
  var archive: CheckedFile?
  /// Whether the bytes are those of the official archive or files; `nil` if nobody knows.
  var isOfficial: Bool?

  /// All findings, those about the whole first.
  var allFindings: [VerifyFinding] {
    findings + (archive?.findings ?? []) + files.flatMap(\.findings)
  }

  /// The files that have records.
  var recordFiles: [CheckedFile] { files.filter { $0.recordCount != nil } }

  /// What a file is called in messages.
  func path(of name: String) -> FilePath { path.appending(name) }

  /// Puts the files in order and looks at all of them together: missing and extra ones, and digests.
  ///
  /// - Parameter isComplete: Whether all files could be seen, so that what was not seen is missing.
  mutating func conclude(isComplete: Bool, isStrict: Bool, digests: DigestList) {
    compareWithOfficial()
    compare(with: digests, isComplete: isComplete)
    order(addsMissing: isComplete)
    takeNotes()
    for index in files.indices where isStrict {
      let name = path(of: files[index].name).escaped
      files[index].findings += files[index].notes.map { .wrong("\(name): \($0)") }
    }
    findings += digests.findings
  }

  /// Record files by number, the test file, the others by name; missing record files in their place.
  private mutating func order(addsMissing: Bool) {
    var byName = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let present = files.compactMap { RecordFileName($0.name) }
    var ordered: [CheckedFile] = []
    for split in Split.allCases {
      var missingCount = 0
      for name in RecordFileName.expected(split, of: kind, variant, present: present).map(\.text) {
        if let file = byName.removeValue(forKey: name) {
          ordered.append(file)
        } else if addsMissing {
          missingCount += 1
          guard missingCount <= Self.listedMissingCount else { continue }
          var file = CheckedFile(name)
          file.isMissing = true
          file.split = split
          file.findings = [.wrong("\(path(of: name).escaped): is missing")]
          ordered.append(file)
        }
      }
      let unlisted = missingCount - Self.listedMissingCount
      if unlisted > 0 {
        findings.append(.wrong("\(path.escaped): \(unlisted) more \(split.rawValue)ing files are missing"))
      }
    }
    files = ordered + byName.values.sorted { $0.name < $1.name }
  }

  /// What is odd, and may be meant so.
  private mutating func takeNotes() {
    let facts = kind.facts
    let official = facts.recordsPerTrainFile
    // A file cut between two records shows only beside files that are not.
    let isOfficialSize = kind == .cifar10 && files.contains { $0.recordCount == official }
    for index in files.indices {
      if files[index].isExtra { files[index].notes.append("is not one of the files of \(facts.title)") }
      guard isOfficialSize, let count = files[index].recordCount, count != official else { continue }
      files[index].notes.append(
        "has another number of records than the others (expected \(official), found \(count))")
    }
  }

  private mutating func compare(with list: DigestList, isComplete: Bool) {
    var unused = list.entries
    func finding(_ name: String, _ found: String?, in path: FilePath) -> VerifyFinding? {
      guard let entry = unused.removeValue(forKey: name), let found, found != entry.sha256 else { return nil }
      return .wrong(
        "\(path.escaped): digest does not match line \(entry.line) of the list "
          + "(expected sha256 \(entry.sha256), found \(found))")
    }
    for index in files.indices {
      if let finding = finding(files[index].name, files[index].sha256, in: path(of: files[index].name)) {
        files[index].findings.append(finding)
      }
    }
    if let file = archive, let finding = finding(file.name, file.sha256, in: path) {
      archive?.findings.append(finding)
    }
    guard isComplete, !unused.isEmpty else { return }
    // Missing record files are reported as such.
    let present = files.compactMap { RecordFileName($0.name) }
    let expected = Set(
      Split.allCases.flatMap { RecordFileName.expected($0, of: kind, variant, present: present) })
    func isExpected(_ name: String) -> Bool { RecordFileName(name).map(expected.contains) ?? false }
    for (name, entry) in unused.sorted(by: { $0.value.line < $1.value.line }) where !isExpected(name) {
      findings.append(
        .wrong("\(path(of: name).escaped): is missing (line \(entry.line) of the list names it)"))
    }
  }
}
