import CIFAR
import TarArchive

/// The directory that an archive of a data set holds: its name, and the files in it.
///
/// Source: the official archives; `file.txt~` is in that of CIFAR-100 for Python, left there by its authors.
struct PublishedLayout: Sendable, Equatable {
  /// The data set.
  let dataset: DatasetKind
  /// The form of its files.
  let variant: DatasetVariant

  /// The layouts of all published archives.
  static let all = KnownArchive.all.map(\.layout)

  /// The most training files of a CIFAR-10 archive; with the others they stay below the limit for members.
  private static let maximumTrainFileCount = 990

  /// The name of the directory.
  var directoryName: String { dataset.facts.directoryName(variant) }

  /// The files that hold the records, those of the training split first.
  var recordFileNames: [String] {
    Split.allCases.flatMap { RecordFileNames.expected($0, of: dataset.facts, variant, present: []) }
  }

  /// The files that may be there too.
  var otherFileNames: [String] { dataset.facts.auxiliaryFileNames(variant) }

  /// Training files beyond the official ones, which an archive may have.
  private var moreRecordFileNames: [String] {
    guard dataset == .cifar10 && variant == .binary else { return [] }
    return (6...Self.maximumTrainFileCount).map { "data_batch_\($0).bin" }
  }

  /// The rule for the size of a file with records: whole records where their length is fixed.
  var recordFileSize: ExpectedMembers.Size {
    variant == .binary ? .multiple(of: UInt64(dataset.facts.layout.recordLength)) : .any
  }

  /// Whether an archive may have a file of this name in the directory.
  func mayHold(_ name: String) -> Bool {
    (recordFileNames + otherFileNames + moreRecordFileNames).contains(name)
  }

  /// The members that an archive must and may have.
  ///
  /// - Parameter isFlat: Whether they are not in the directory.
  func expectedMembers(isFlat: Bool) -> ExpectedMembers {
    let prefix = isFlat ? "" : directoryName + "/"
    func sizes(_ names: [String], _ size: ExpectedMembers.Size) -> [String: ExpectedMembers.Size] {
      Dictionary(uniqueKeysWithValues: names.map { (prefix + $0, size) })
    }
    var optional = sizes(otherFileNames, .any)
    optional.merge(sizes(moreRecordFileNames, recordFileSize)) { size, _ in size }
    return ExpectedMembers(required: sizes(recordFileNames, recordFileSize), optional: optional)
  }
}
