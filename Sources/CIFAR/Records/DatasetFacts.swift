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
  /// What the official archive of each form has.
  private let forms: (binary: Form, python: Form)
  /// The keys of a pickled batch under which the labels are, in the order of ``RecordLayout/labels``.
  let pythonLabelKeys: [String]
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

  /// The pixels of the training images, for ``ImageOperation/normalize(mean:deviation:)``.
  public let statistics: DatasetStatistics

  private struct Form {
    let directoryName: String
    let auxiliaryFileNames: [String]
  }

  private func form(_ variant: DatasetVariant) -> Form {
    switch variant {
    case .binary: forms.binary
    case .python: forms.python
    }
  }

  /// The directory in which the official archive of a form puts its files.
  public func directoryName(_ variant: DatasetVariant) -> String { form(variant).directoryName }

  /// The files beside the records of a form; nobody needs them to read the records.
  public func auxiliaryFileNames(_ variant: DatasetVariant) -> [String] { form(variant).auxiliaryFileNames }

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

  /// CIFAR-10.
  public static let cifar10 = DatasetFacts(
    kind: .cifar10, title: "CIFAR-10", layout: .cifar10,
    forms: (
      Form(directoryName: "cifar-10-batches-bin", auxiliaryFileNames: ["batches.meta.txt", "readme.html"]),
      Form(directoryName: "cifar-10-batches-py", auxiliaryFileNames: ["batches.meta", "readme.html"])
    ),
    pythonLabelKeys: ["labels"],
    trainFileNames: (1...5).map { RecordFileName(.cifar10, .binary, .train, number: $0).text },
    testFileName: "test_batch.bin",
    recordsPerTrainFile: 10_000, recordsInTestFile: 10_000,
    coarseNames: [], fineNames: ClassNames.cifar10, statistics: .cifar10)

  /// CIFAR-100.
  public static let cifar100 = DatasetFacts(
    kind: .cifar100, title: "CIFAR-100", layout: .cifar100,
    forms: (
      Form(
        directoryName: "cifar-100-binary",
        auxiliaryFileNames: ["coarse_label_names.txt", "fine_label_names.txt"]),
      Form(directoryName: "cifar-100-python", auxiliaryFileNames: ["meta", "file.txt~"])
    ),
    pythonLabelKeys: ["coarse_labels", "fine_labels"],
    trainFileNames: ["train.bin"], testFileName: "test.bin",
    recordsPerTrainFile: 50_000, recordsInTestFile: 10_000,
    coarseNames: ClassNames.cifar100Coarse, fineNames: ClassNames.cifar100Fine,
    statistics: .cifar100)
}
