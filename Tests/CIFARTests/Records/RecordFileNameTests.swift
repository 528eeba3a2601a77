import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Names of record files")
struct RecordFileNameTests {
  /// Every kind of name, and what it says.
  static let names: [(String, RecordFileName?)] = [
    ("data_batch_1.bin", RecordFileName(.cifar10, .binary, .train)),
    ("data_batch_6000.bin", RecordFileName(.cifar10, .binary, .train, number: 6000)),
    ("data_batch_999999.bin", RecordFileName(.cifar10, .binary, .train, number: 999_999)),
    ("test_batch.bin", RecordFileName(.cifar10, .binary, .test)),
    ("data_batch_5", RecordFileName(.cifar10, .python, .train, number: 5)),
    ("test_batch", RecordFileName(.cifar10, .python, .test)),
    ("train.bin", RecordFileName(.cifar100, .binary, .train)),
    ("test.bin", RecordFileName(.cifar100, .binary, .test)),
    ("train", RecordFileName(.cifar100, .python, .train)),
    ("test", RecordFileName(.cifar100, .python, .test)),
    ("data_batch_0.bin", nil), ("data_batch_01.bin", nil), ("data_batch_1000000.bin", nil),
    ("data_batch_.bin", nil), ("data_batch_-1.bin", nil), ("data_batch_1x.bin", nil),
    ("data_batch_1.bin.bin", nil),
    ("data_batch_\u{661}.bin", nil), ("Data_batch_1.bin", nil), ("data_batch_1.BIN", nil),
    ("readme.html", nil),
    ("test_batch_1.bin", nil), ("train_1", nil), ("", nil), (".bin", nil), ("batches.meta", nil),
  ]

  @Test("a name is taken apart, and made of its parts again", arguments: names)
  func parts(text: String, name: RecordFileName?) {
    #expect(RecordFileName(text) == name)
    if let name { #expect(name.text == text) }
  }

  @Test("what a split must have goes from 1 to the highest number, and at least to the official one")
  func expected() {
    func expected(_ split: Split, _ kind: DatasetKind, _ variant: DatasetVariant, _ present: String...)
      -> [String]
    {
      RecordFileName.expected(split, of: kind, variant, present: present.compactMap { RecordFileName($0) })
        .map(\.text)
    }
    #expect(expected(.train, .cifar10, .python) == (1...5).map { "data_batch_\($0)" })
    #expect(expected(.test, .cifar10, .python) == ["test_batch"])
    #expect(expected(.train, .cifar100, .python, "train") == ["train"])
    #expect(expected(.test, .cifar100, .python, "train") == ["test"])
    #expect(expected(.train, .cifar10, .python, "data_batch_7").count == 7)
    #expect(expected(.train, .cifar10, .binary, "data_batch_7").count == 5)
    #expect(expected(.train, .cifar10, .binary, "test_batch.bin", "data_batch_6.bin").count == 6)
    #expect(!["data_batch_1.bin"].compactMap { RecordFileName($0) }.containsRecords(of: .cifar10, .python))
    #expect(!["data_batch_1"].compactMap { RecordFileName($0) }.containsRecords(of: .cifar10, .binary))
  }

  /// Names in a directory, and what is found there.
  static let directories: [([String], DatasetKind, [String])] = [
    (
      ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"], .cifar10,
      (1...5).map { "data_batch_\($0)" }
    ),
    (
      (1...5).map { "cifar-10-batches-py/data_batch_\($0)" }, .cifar10,
      (1...5).map { "cifar-10-batches-py/data_batch_\($0)" }
    ),
    (["cifar-100-python/train", "cifar-100-python/meta"], .cifar100, ["cifar-100-python/train"]),
    (["train", "test"], .cifar100, ["train"]),
  ]

  @Test("a directory of the python version is found, and its parent", arguments: directories)
  func location(names: [String], kind: DatasetKind, expected: [String]) throws {
    let scratch = ScratchDirectory()
    for name in names {
      if name.contains("/") { _ = scratch.makeDirectory(String(name.prefix { $0 != "/" })) }
      scratch.write([], to: name)
    }

    #expect(
      try DatasetLocation(at: scratch.path, kind: kind, split: .train)
        == .pickledFiles(expected.map { scratch.path.appending($0) }))
  }

  @Test("where both versions are, it is the binary one")
  func both() throws {
    let scratch = ScratchDirectory()
    for number in 1...5 {
      scratch.write([], to: "data_batch_\(number)")
      scratch.write([], to: "data_batch_\(number).bin")
    }

    #expect(
      try DatasetLocation(at: scratch.path, kind: .cifar10, split: .train)
        == .files((1...5).map { scratch.path.appending("data_batch_\($0).bin") }))
  }
}
