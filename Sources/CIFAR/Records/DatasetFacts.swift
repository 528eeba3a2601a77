/// What is known about a data set: layout, file names, numbers and class names, as data.
///
/// Source: the CIFAR page and the official archives.
public struct DatasetFacts: Sendable {
  /// The data set.
  public let kind: DatasetKind
  /// What people call it.
  public let title: String
  /// Where labels and image of a record lie.
  public let layout: RecordLayout
  /// The directory in which the official archive puts its files.
  public let directoryName: String
  /// The text files beside the records; nobody needs them to read the records.
  public let auxiliaryFileNames: [String]
  /// The training files; for CIFAR-10 those of the official set, ``RecordFileName`` knows longer ones.
  public let trainFileNames: [String]
  /// The test file.
  public let testFileName: String
  /// Records of each official training file.
  public let recordsPerTrainFile: Int
  /// Records of the official test file.
  public let recordsInTestFile: Int
  /// The groups of classes, by coarse label; empty for CIFAR-10.
  public let coarseNames: [String]
  /// The classes, by fine label.
  public let fineNames: [String]

  /// The official record files of one split, in the order in which their records are numbered.
  public func recordFileNames(_ split: Split) -> [String] {
    switch split {
    case .train: trainFileNames
    case .test: [testFileName]
    }
  }

  /// The records that each official file of a split holds.
  public func recordsPerFile(_ split: Split) -> Int {
    switch split {
    case .train: recordsPerTrainFile
    case .test: recordsInTestFile
    }
  }

  /// The records of the official split.
  public func recordCount(_ split: Split) -> Int {
    recordFileNames(split).count * recordsPerFile(split)
  }

  /// CIFAR-10, binary version.
  public static let cifar10 = DatasetFacts(
    kind: .cifar10, title: "CIFAR-10", layout: .cifar10, directoryName: "cifar-10-batches-bin",
    auxiliaryFileNames: ["batches.meta.txt", "readme.html"],
    trainFileNames: (1...5).map { RecordFileName(.cifar10, .binary, .train, number: $0).text },
    testFileName: "test_batch.bin",
    recordsPerTrainFile: 10_000, recordsInTestFile: 10_000,
    coarseNames: [], fineNames: ClassNames.cifar10)

  /// CIFAR-100, binary version.
  public static let cifar100 = DatasetFacts(
    kind: .cifar100, title: "CIFAR-100", layout: .cifar100, directoryName: "cifar-100-binary",
    auxiliaryFileNames: ["coarse_label_names.txt", "fine_label_names.txt"],
    trainFileNames: ["train.bin"], testFileName: "test.bin",
    recordsPerTrainFile: 50_000, recordsInTestFile: 10_000,
    coarseNames: ClassNames.cifar100Coarse, fineNames: ClassNames.cifar100Fine)
}
