import CIFAR
import FileSupport
import SystemPackage
import TarArchive

/// Everything that was found out about a data set in a directory or archive, every byte of which was read.
public struct Audit: Sendable {
  /// The most missing files that have a line of their own; a name may promise a million files before it.
  private static let listedMissingCount = 1000

  /// The directory or archive.
  public let path: FilePath
  /// The data set and its form, once a name has told.
  public internal(set) var kind: DatasetKind
  /// The form of the data set.
  public internal(set) var variant: DatasetVariant
  /// The files, record files in the order of their records first.
  public internal(set) var files: [AuditedFile] = []
  /// What is wrong with the whole, such as a damaged archive or a line of a list.
  var problems: [AuditProblem] = []
  /// The archive itself.
  public internal(set) var archive: AuditedFile?
  /// Whether all files could be seen, so that what was not seen is missing.
  var isComplete = true
  /// Whether the bytes are those of the official archive or files; `nil` if nobody knows.
  public internal(set) var isOfficial: Bool?

  init(path: FilePath, kind: DatasetKind, variant: DatasetVariant) {
    (self.path, self.kind, self.variant) = (path, kind, variant)
  }

  /// Reads all of a directory with the record files, of its parent, or of an archive; writes nothing.
  ///
  /// - Parameters:
  ///   - kind: The data set; by the names of the files without one.
  ///   - isStrict: Whether what is only odd is wrong.
  ///   - digests: What the files are compared with; `nil` for nothing.
  ///   - checkpoint: Called for each piece that is read.
  ///   - progress: Called with the bytes of the archive, or of all files, that have been read.
  /// - Throws: `FileError` when `path` cannot be read; ``DatasetError/noRecordFiles(directory:kind:other:)``; what
  ///   `checkpoint` throws. What is wrong with the data is a problem.
  public init(
    of path: FilePath, kind: DatasetKind?, isStrict: Bool, digests: DigestList?,
    checkpoint: @escaping Checkpoint, progress: ReadProgress? = nil
  ) throws {
    let descriptor = try FileDescriptor.openForReading(path)
    let found = try descriptor.closeAfter(path: path) { try descriptor.kind(path: path) }
    if found == .directory {
      self = try DirectoryAudit(checkpoint: checkpoint, progress: progress).run(path, kind: kind)
    } else {
      self = try ArchiveAudit(checkpoint: checkpoint, progress: progress).run(path, kind: kind)
    }
    conclude(isStrict: isStrict, digests: digests)
  }

  /// Reads all of an archive that comes as a stream, such as standard input.
  ///
  /// - Parameters:
  ///   - source: Its bytes, from the start.
  ///   - path: The name for messages.
  ///   - kind: As for a path, and so are the others.
  /// - Throws: What the source's checkpoint throws. What is wrong with the data is a problem.
  public init(
    of source: FileSource, named path: FilePath, kind: DatasetKind?, isStrict: Bool, digests: DigestList?
  ) throws {
    self = try ArchiveAudit(checkpoint: {}).run(source, path, kind: kind)
    conclude(isStrict: isStrict, digests: digests)
  }

  /// Everything that is wrong, with the whole first.
  public var allProblems: [AuditProblem] {
    problems + (archive?.problems ?? []) + files.flatMap(\.problems)
  }

  /// The gravest problem, or `nil` when there is none.
  public var severity: AuditProblem.Severity? { allProblems.map(\.severity).max() }

  /// The files that have records.
  public var recordFiles: [AuditedFile] { files.filter { $0.recordCount != nil } }

  /// Whether there is any record file, so that the data set and its form are known.
  public var isRecognized: Bool { files.contains { $0.split != nil && !$0.isMissing } }

  /// For each label of the layout, the names of its classes: the data set's own text files', else the official ones.
  public var classNames: [[String]] {
    let facts = kind.facts
    // The text files of the binary form are in the order of the labels.
    return zip(facts.layout.labels, facts.auxiliaryFileNames(.binary)).map { field, fileName in
      let official = field.selection == .coarse ? facts.coarseNames : facts.fineNames
      guard let text = files.first(where: { $0.name == fileName && $0.status == .good })?.text else {
        return official
      }
      let names = text.split(separator: UInt8(ascii: "\n")).map { escaped($0) }
      return names.count == field.classCount ? names : official
    }
  }

  /// What a file is called in messages.
  func path(of name: String) -> FilePath { path.appending(name) }

  /// Puts the files in order and looks at all of them together: missing and extra ones, and digests.
  mutating func conclude(isStrict: Bool = false, digests: DigestList? = nil) {
    compareWithOfficial()
    if let digests { compare(with: digests) }
    order()
    takeNotes()
    for index in files.indices where isStrict {
      let name = path(of: files[index].name).escaped
      files[index].problems += files[index].notes.map { .wrong("\(name): \($0)") }
    }
    problems += digests?.problems ?? []
  }

  /// Record files by number, the test file, the others by name; missing record files in their place.
  private mutating func order() {
    var records: [RecordFileName: AuditedFile] = [:]
    var others: [AuditedFile] = []
    for file in files {
      if let name = RecordFileName(file.name), !file.isExtra {
        records[name] = file
      } else {
        others.append(file)
      }
    }
    var ordered: [AuditedFile] = []
    for split in Split.allCases {
      var missingCount = 0
      for name in RecordFileName.expected(split, of: kind, variant, present: records.keys) {
        if let file = records[name] {
          ordered.append(file)
        } else if isComplete {
          missingCount += 1
          guard missingCount <= Self.listedMissingCount else { continue }
          var file = AuditedFile(name.text, split: split)
          file.isMissing = true
          file.problems = [.wrong("\(path(of: file.name).escaped): is missing")]
          ordered.append(file)
        }
      }
      let unlisted = missingCount - Self.listedMissingCount
      if unlisted > 0 {
        problems.append(.wrong("\(path.escaped): \(unlisted) more \(split.rawValue)ing files are missing"))
      }
    }
    files = ordered + others.sorted { $0.name < $1.name }
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

  private mutating func compare(with list: DigestList) {
    var unused = list.entries
    func difference(_ name: String, _ found: String?, in path: FilePath) -> AuditProblem? {
      guard let entry = unused.removeValue(forKey: name), let found, found != entry.sha256 else { return nil }
      return .wrong(
        "\(path.escaped): digest does not match line \(entry.line) of the list "
          + "(expected sha256 \(entry.sha256), found \(found))")
    }
    for index in files.indices {
      files[index].notes += notCompared(files[index], by: list).map { [$0] } ?? []
      if let problem = difference(files[index].name, files[index].sha256, in: path(of: files[index].name)) {
        files[index].problems.append(problem)
      }
    }
    if let file = archive, let problem = difference(file.name, file.sha256, in: path) {
      archive?.problems.append(problem)
    }
    guard isComplete, !unused.isEmpty else { return }
    // Missing record files are reported as such.
    let present = files.compactMap { RecordFileName($0.name) }
    let expected = Set(
      Split.allCases.flatMap { RecordFileName.expected($0, of: kind, variant, present: present) })
    func isExpected(_ name: String) -> Bool { RecordFileName(name).map(expected.contains) ?? false }
    for (name, entry) in unused.sorted(by: { $0.value.line < $1.value.line }) where !isExpected(name) {
      problems.append(
        .wrong("\(path(of: name).escaped): is missing (line \(entry.line) of the list names it)"))
    }
  }

  /// Why a file was not compared with the list although it, or the list, should have it; `nil` if it was.
  private func notCompared(_ file: AuditedFile, by list: DigestList) -> String? {
    if let entry = list.entries[file.name] {
      // What keeps a file of the data set from being read is a problem of its own.
      return file.isExtra && file.sha256 == nil ? "was not compared with line \(entry.line) of the list" : nil
    }
    // Where the archive as a whole is in the list, all of its bytes are compared.
    let isRecordFile = file.split != nil && !file.isExtra
    guard isRecordFile, archive.map({ list.entries[$0.name] == nil }) ?? true else { return nil }
    return "is not in the list of digests"
  }
}
