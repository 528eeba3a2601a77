import CIFAR
import CIFARFiles
import FileSupport
import SystemPackage

/// What ``VerifyCommand`` prints: lines for people, or one JSON object.
struct VerifyReport {
  /// The widest table of classes in which each file has a column of its own.
  private static let widestTable = 80

  private let audit: Audit
  private let classNames: [[String]]

  init(_ audit: Audit) {
    self.audit = audit
    classNames = audit.classNames
  }

  /// The gravest finding.
  var severity: AuditProblem.Severity? { audit.severity }
  /// Everything that is wrong.
  var problems: [AuditProblem] { audit.allProblems }
  /// What ends the command; `nil` for a good data set.
  var error: VerifyError? {
    audit.severity.map { VerifyError(path: audit.path, count: problems.count, severity: $0) }
  }

  /// The SHA-256 of the archive and of each file, a line each.
  var digests: [String] {
    ((audit.archive.map { [$0] } ?? []) + audit.files).compactMap { file in
      file.sha256.map { "\(file.name): sha256 \($0)" }
    }
  }

  // MARK: Text

  /// A line for each file, the number of images of each class and file, and a line for the whole.
  var text: String {
    var lines: [[String]] = audit.files.map { file in
      [file.status.rawValue, file.name, numbers(file)]
    }
    if let archive = audit.archive {
      lines.insert([archive.status.rawValue, archive.name, numbers(archive)], at: 0)
    }
    return Table.text(lines) + classTables + summary
  }

  private func numbers(_ file: AuditedFile) -> String {
    var parts: [String] = []
    if let count = file.byteCount { parts.append("\(count) bytes") }
    if let count = file.recordCount { parts.append("\(count) records") }
    return (parts + file.notes).joined(separator: ", ")
  }

  private var summary: String {
    let recordCount = audit.recordFiles.compactMap(\.recordCount).reduce(0, +)
    let verdict =
      switch audit.severity {
      case nil: audit.isOfficial == true ? "good, the official bytes" : "good"
      case .wrong?: "wrong"
      case .failed?, .unchecked?: "unchecked"
      }
    guard audit.isRecognized else { return "\(audit.path.escaped): \(verdict)\n" }
    return "\(audit.path.escaped): \(audit.kind.facts.title), \(audit.variant.rawValue), "
      + "\(recordCount) records in \(audit.recordFiles.count) files: \(verdict)\n"
  }

  /// For each label of the layout a table: a row for each class, a column for each file or, where they are too many,
  /// for each split.
  private var classTables: String {
    let tables = classTables(fileColumns)
    let isNarrow = tables.split(separator: "\n").allSatisfy { $0.count <= Self.widestTable }
    return isNarrow ? tables : classTables(splitColumns)
  }

  private func classTables(_ columns: [Column]) -> String {
    guard !columns.isEmpty else { return "" }
    return audit.kind.facts.layout.labels.indices.map { position in
      let names = classNames[position]
      let title = position == audit.kind.facts.layout.labels.count - 1 ? "class" : "group"
      var rows = [["", title] + columns.map(\.name)]
      for label in names.indices {
        rows.append(["\(label)", names[label]] + columns.map { "\($0.counts[position][label])" })
      }
      return "\n" + Table.text(rows, rightAligned: 2)
    }.joined() + "\n"
  }

  /// What a column is called, and its images of each class, for each label of the layout.
  private typealias Column = (name: String, counts: [[Int]])

  private var countedFiles: [AuditedFile] { audit.recordFiles.filter { !$0.classCounts.isEmpty } }

  /// The files with records, by what tells them apart: `batch_1` for `data_batch_1.bin`.
  private var fileColumns: [Column] {
    countedFiles.map { file in
      let name = file.name.hasPrefix("data_") ? file.name.dropFirst(5) : file.name[...]
      return (String(name.hasSuffix(".bin") ? name.dropLast(4) : name), file.classCounts)
    }
  }

  private var splitColumns: [Column] {
    Split.allCases.compactMap { split in
      let parts = countedFiles.filter { $0.split == split }.map(\.classCounts)
      guard let first = parts.first else { return nil }
      let sums = parts.dropFirst().reduce(first) { sums, counts in
        zip(sums, counts).map { zip($0, $1).map(+) }
      }
      return (split.rawValue, sums)
    }
  }

  // MARK: JSON

  /// One object; keys are only ever added.
  var json: JSON {
    .object([
      ("schema", .string("cifar-pipe/verify/1")),
      ("path", .string(audit.path.escaped)),
      ("dataset", audit.isRecognized ? .string(audit.kind.rawValue) : .null),
      ("variant", audit.isRecognized ? .string(audit.variant.rawValue) : .null),
      ("verdict", .string(Self.verdict(audit.severity))),
      ("official", audit.isOfficial.map { .bool($0) } ?? .null),
      ("records", .integer(audit.recordFiles.compactMap(\.recordCount).reduce(0, +))),
      ("archive", audit.archive.map(json) ?? .null),
      ("files", .array(audit.files.map(json))),
      ("class_names", .array(classNames.last?.map { .string($0) } ?? [])),
      ("findings", .array(audit.allProblems.map { .string($0.text) })),
    ])
  }

  /// The object of a path that could not be looked at, with the same keys.
  static func json(unreadable path: FilePath, _ problem: AuditProblem) -> JSON {
    .object([
      ("schema", .string("cifar-pipe/verify/1")), ("path", .string(path.escaped)), ("dataset", .null),
      ("variant", .null), ("verdict", .string(verdict(problem.severity))), ("official", .null),
      ("records", .integer(0)), ("archive", .null), ("files", .array([])), ("class_names", .array([])),
      ("findings", .array([.string(problem.text)])),
    ])
  }

  /// The word for the gravest finding.
  static func verdict(_ severity: AuditProblem.Severity?) -> String {
    switch severity {
    case nil: "good"
    case .wrong?: "wrong"
    case .failed?, .unchecked?: "unchecked"
    }
  }

  private func json(_ file: AuditedFile) -> JSON {
    var members: [(String, JSON)] = [
      ("name", .string(file.name)),
      ("status", .string(file.status.rawValue)),
      ("split", file.split.map { .string($0.rawValue) } ?? .null),
      ("bytes", file.byteCount.map { .integer($0) } ?? .null),
      ("records", file.recordCount.map { .integer($0) } ?? .null),
      ("sha256", file.sha256.map { .string($0) } ?? .null),
    ]
    if let md5 = file.md5 { members.append(("md5", .string(md5))) }
    for (field, counts) in zip(audit.kind.facts.layout.labels, file.classCounts) {
      members.append(("\(field.selection.rawValue)_counts", .array(counts.map { .integer($0) })))
    }
    members.append(("notes", .array(file.notes.map { .string($0) })))
    members.append(("findings", .array(file.problems.map { .string($0.text) })))
    return .object(members)
  }
}
