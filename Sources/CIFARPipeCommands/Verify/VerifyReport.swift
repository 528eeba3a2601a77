import CIFAR
import FileSupport

/// What ``VerifyCommand`` prints: lines for people, or one JSON object.
struct VerifyReport {
  /// The most files that have a column of their own in the table of classes.
  private static let columnLimit = 8

  private let check: DatasetCheck
  private let classNames: [[String]]

  /// The report of a check that is concluded.
  init(_ check: DatasetCheck) {
    self.check = check
    classNames = ClassNameLists(check).byLabel
  }

  // MARK: Text

  /// A line for each file, the number of images of each class and file, and a line for the whole.
  var text: String {
    var lines: [[String]] = check.files.map { file in
      [file.status.rawValue, file.name, numbers(file)]
    }
    if let archive = check.archive {
      lines.insert([archive.status.rawValue, archive.name, numbers(archive)], at: 0)
    }
    return Table.text(lines) + classTables + summary
  }

  private func numbers(_ file: CheckedFile) -> String {
    var parts: [String] = []
    if let count = file.byteCount { parts.append("\(count) bytes") }
    if let count = file.recordCount { parts.append("\(count) records") }
    return (parts + file.notes).joined(separator: ", ")
  }

  private var summary: String {
    let recordCount = check.recordFiles.compactMap(\.recordCount).reduce(0, +)
    let verdict =
      switch check.severity {
      case nil: check.isOfficial == true ? "good, the official bytes" : "good"
      case .wrong?: "wrong"
      case .failed?, .unchecked?: "unchecked"
      }
    guard check.isRecognized else { return "\(check.path.escaped): \(verdict)\n" }
    return "\(check.path.escaped): \(check.kind.facts.title), \(check.variant.rawValue), "
      + "\(recordCount) records in \(check.recordFiles.count) files: \(verdict)\n"
  }

  /// For each label of the layout a table: a row for each class, a column for each file or split.
  private var classTables: String {
    let columns = self.columns
    guard !columns.isEmpty else { return "" }
    return check.kind.facts.layout.labels.indices.map { position in
      let names = classNames[position]
      let title = position == check.kind.facts.layout.labels.count - 1 ? "class" : "group"
      var rows = [["", title] + columns.map(\.name)]
      for label in names.indices {
        rows.append(["\(label)", names[label]] + columns.map { "\($0.counts[position][label])" })
      }
      return "\n" + Table.text(rows, rightAligned: 2)
    }.joined() + "\n"
  }

  /// The files with records, or the two splits where there are many files.
  private var columns: [(name: String, counts: [[Int]])] {
    let files = check.recordFiles.filter { !$0.classCounts.isEmpty }
    guard files.count > Self.columnLimit else { return files.map { ($0.name, $0.classCounts) } }
    return Split.allCases.compactMap { split in
      let parts = files.filter { $0.split == split }.map(\.classCounts)
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
      ("path", .string(check.path.escaped)),
      ("dataset", check.isRecognized ? .string(check.kind.rawValue) : .null),
      ("variant", check.isRecognized ? .string(check.variant.rawValue) : .null),
      ("verdict", .string(check.severity.map { $0 == .wrong ? "wrong" : "unchecked" } ?? "good")),
      ("official", check.isOfficial.map { .bool($0) } ?? .null),
      ("records", .integer(check.recordFiles.compactMap(\.recordCount).reduce(0, +))),
      ("archive", check.archive.map(json) ?? .null),
      ("files", .array(check.files.map(json))),
      ("class_names", .array(classNames.last?.map { .string($0) } ?? [])),
      ("findings", .array(check.allFindings.map { .string($0.text) })),
    ])
  }

  private func json(_ file: CheckedFile) -> JSON {
    var members: [(String, JSON)] = [
      ("name", .string(file.name)),
      ("status", .string(file.status.rawValue)),
      ("split", file.split.map { .string($0.rawValue) } ?? .null),
      ("bytes", file.byteCount.map { .integer($0) } ?? .null),
      ("records", file.recordCount.map { .integer($0) } ?? .null),
      ("sha256", file.sha256.map { .string($0) } ?? .null),
    ]
    if let md5 = file.md5 { members.append(("md5", .string(md5))) }
    for (field, counts) in zip(check.kind.facts.layout.labels, file.classCounts) {
      members.append(("\(field.selection.rawValue)_counts", .array(counts.map { .integer($0) })))
    }
    members.append(("notes", .array(file.notes.map { .string($0) })))
    members.append(("findings", .array(file.findings.map { .string($0.text) })))
    return .object(members)
  }
}

extension DatasetCheck {
  /// Whether there is any record file, so that the data set and its form are known.
  var isRecognized: Bool { files.contains { $0.split != nil && !$0.isMissing } }

  /// The gravest finding, or `nil` when there is none.
  var severity: VerifyFinding.Severity? { allFindings.map(\.severity).max() }
}

/// The names of the classes of a data set: its own text files', else the official ones.
private struct ClassNameLists {
  /// For each label of the layout, the name of each class.
  let byLabel: [[String]]

  init(_ check: DatasetCheck) {
    let facts = check.kind.facts
    byLabel = facts.layout.labels.map { field in
      let official = field.selection == .coarse ? facts.coarseNames : facts.fineNames
      let fileName =
        switch (check.kind, field.selection) {
        case (.cifar10, _): "batches.meta.txt"
        case (.cifar100, .coarse): "coarse_label_names.txt"
        case (.cifar100, _): "fine_label_names.txt"
        }
      guard let text = check.files.first(where: { $0.name == fileName && $0.status == .good })?.text else {
        return official
      }
      let names = text.split(separator: UInt8(ascii: "\n")).map { escaped($0) }
      return names.count == field.classCount ? names : official
    }
  }
}
