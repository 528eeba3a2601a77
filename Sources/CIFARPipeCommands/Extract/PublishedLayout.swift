import CIFAR
import FileSupport
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
    Split.allCases.flatMap { RecordFileName.expected($0, of: dataset, variant).map(\.text) }
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

  /// What a directory holds that this kind of archive was extracted to: the files, or the official directory
  /// with the files in it.
  var replaceable: ReplaceableContents {
    ReplaceableContents { entry, kind in
      let names = entry.components.map(\.string)
      switch kind {
      case .regular:
        let isInPlace = names.count == 1 || names.dropLast() == [directoryName]
        return isInPlace && mayHold(names[names.count - 1])
      case .directory: return names == [directoryName]
      default: return false
      }
    }
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
    guard variant == .binary, let file = RecordFileName(name), file.kind == dataset, file.variant == variant
    else { return false }
    return (6...Self.maximumTrainFileCount).contains(file.number)
  }
}
