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

  /// The rule for the size of a file with records: whole records where their length is fixed.
  var recordFileSize: ExpectedMembers.Size {
    variant == .binary ? .multiple(of: UInt64(dataset.facts.layout.recordLength)) : .any
  }

  /// Whether an archive may have a file of this name in the directory.
  func mayHold(_ name: String) -> Bool {
    (recordFileNames + otherFileNames).contains(name) || isAdditionalTrainFile(name)
  }

  /// The members that an archive must and may have.
  ///
  /// - Parameter isFlat: Whether they are not in the directory.
  func expectedMembers(isFlat: Bool) -> ExpectedMembers {
    let prefix = isFlat ? "" : directoryName + "/"
    func sizes(_ names: [String], _ size: ExpectedMembers.Size) -> [String: ExpectedMembers.Size] {
      Dictionary(uniqueKeysWithValues: names.map { (prefix + $0, size) })
    }
    return ExpectedMembers(
      required: sizes(recordFileNames, recordFileSize), optional: sizes(otherFileNames, .any)
    ) { path in
      let directory = isFlat ? [] : [Array(directoryName.utf8)]
      guard let name = path.parts.last, path.parts.dropLast().elementsEqual(directory) else { return nil }
      return isAdditionalTrainFile(String(decoding: name, as: UTF8.self)) ? recordFileSize : nil
    }
  }

  /// Whether a file continues the official training files of CIFAR-10.
  private func isAdditionalTrainFile(_ name: String) -> Bool {
    guard dataset == .cifar10, variant == .binary else { return false }
    let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
    guard let number = Int(digits), (6...Self.maximumTrainFileCount).contains(number) else { return false }
    return name == "data_batch_\(number).bin"
  }
}
