import CIFAR
import SystemPackage

/// Counts the labels of records that pass by in pieces.
struct RecordTally {
  let layout: RecordLayout
  /// For each label of the layout, the number of records of each class.
  private(set) var counts: [[Int]]
  /// The first label that no class has.
  private(set) var firstInvalid: (record: Int, field: LabelField, value: UInt8)?
  /// How many labels no class has.
  private(set) var invalidCount = 0
  private var consumed = 0
  private var recordStart = 0

  /// No records yet.
  init(_ layout: RecordLayout) {
    self.layout = layout
    counts = layout.labels.map { Array(repeating: 0, count: $0.classCount) }
  }

  /// Takes the next bytes of a file of records.
  mutating func update(_ piece: UnsafeRawBufferPointer) {
    let end = consumed + piece.count
    // The labels are the first bytes of a record, and a piece may end between them.
    while recordStart < end {
      for (position, field) in layout.labels.enumerated() {
        let place = recordStart + field.offset
        if place >= consumed && place < end { count(piece[place - consumed], position) }
      }
      guard recordStart + layout.recordLength <= end else { break }
      recordStart += layout.recordLength
    }
    consumed = end
  }

  /// Takes the label bytes of records, one record after the other.
  mutating func update(labels: [UInt8]) {
    for (index, value) in labels.enumerated() {
      count(value, index % layout.labels.count)
      if index % layout.labels.count == layout.labels.count - 1 { recordStart += layout.recordLength }
    }
  }

  private mutating func count(_ value: UInt8, _ position: Int) {
    let field = layout.labels[position]
    guard value >= field.classCount else { return counts[position][Int(value)] += 1 }
    invalidCount += 1
    firstInvalid = firstInvalid ?? (record: recordStart / layout.recordLength, field: field, value: value)
  }

  /// The problem of labels out of range: the first one, and how many there are.
  func problem(path: FilePath) -> AuditProblem? {
    guard let firstInvalid else { return nil }
    let error = DatasetError.labelOutOfRange(
      path: path, record: firstInvalid.record, field: firstInvalid.field, value: firstInvalid.value)
    return .wrong("\(error)" + (invalidCount > 1 ? "; \(invalidCount) such labels in all" : ""))
  }
}
