import CIFAR
import TarArchive

/// The directory that an archive of a data set holds: its name, and the files in it.
///
/// Source: the official archives; `file.txt~` is in that of CIFAR-100 for Python, left there by its authors.
struct PublishedLayout: Sendable, Equatable {
  /// The data set.
  let dataset: DatasetKind
  /// The form of its files.
  let variant: KnownArchive.Variant

  /// The layouts of all published archives.
  static let all = KnownArchive.all.map { PublishedLayout(dataset: $0.dataset, variant: $0.variant) }

  /// The most training files of a CIFAR-10 archive; with the others they stay below the limit for members.
  private static let maximumTrainFileCount = 990

  /// The name of the directory.
  var directoryName: String {
    switch (dataset, variant) {
    case (_, .binary): dataset.facts.directoryName
    case (.cifar10, .python): "cifar-10-batches-py"
    case (.cifar100, .python): "cifar-100-python"
    }
  }

  /// The files that hold the records, those of the training split first.
  var recordFileNames: [String] {
    switch (dataset, variant) {
    case (_, .binary): dataset.facts.recordFileNames(.train) + dataset.facts.recordFileNames(.test)
    case (.cifar10, .python): (1...5).map { "data_batch_\($0)" } + ["test_batch"]
    case (.cifar100, .python): ["train", "test"]
    }
  }

  /// The files that may be there too.
  var otherFileNames: [String] {
    switch (dataset, variant) {
    case (_, .binary): dataset.facts.auxiliaryFileNames
    case (.cifar10, .python): ["batches.meta", "readme.html"]
    case (.cifar100, .python): ["meta", "file.txt~"]
    }
  }

  /// The rule for the size of a file with records: whole records where their length is fixed.
  var recordFileSize: ExpectedMembers.Size {
    variant == .binary ? .multiple(of: UInt64(dataset.facts.layout.recordLength)) : .any
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

  /// The MD5 of an official file of the Python form, `nil` where none is published.
  ///
  /// Source: torchvision, `datasets/cifar.py`.
  func md5(of name: String) -> String? {
    guard variant == .python else { return nil }
    return Self.pythonDigests[dataset]?[name]
  }

  private static let pythonDigests: [DatasetKind: [String: String]] = [
    .cifar10: [
      "data_batch_1": "c99cafc152244af753f735de768cd75f",
      "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
      "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
      "data_batch_4": "634d18415352ddfa80567beed471001a",
      "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
      "test_batch": "40351d587109b95175f43aff81a1287e",
      "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
    ],
    .cifar100: [
      "train": "16019d7e3df5f24257cddd939b257f8d",
      "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
      "meta": "7973b15100ade9c7d40fb424638fde48",
    ],
  ]
}
