import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Names of the python version")
struct RecordFileNamesPythonTests {
  @Test("the names are those of the binary version without an ending")
  func names() {
    #expect(
      RecordFileNames.expected(.train, of: .cifar10, .python, present: [])
        == (1...5).map { "data_batch_\($0)" })
    #expect(RecordFileNames.expected(.test, of: .cifar10, .python, present: []) == ["test_batch"])
    #expect(RecordFileNames.expected(.train, of: .cifar100, .python, present: ["train"]) == ["train"])
    #expect(RecordFileNames.expected(.test, of: .cifar100, .python, present: ["train"]) == ["test"])
    #expect(RecordFileNames.expected(.train, of: .cifar10, .python, present: ["data_batch_7"]).count == 7)
    #expect(!RecordFileNames.containsRecords(of: .cifar10, .python, ["data_batch_1.bin", "readme.html"]))
    #expect(!RecordFileNames.containsRecords(of: .cifar10, .binary, ["data_batch_1"]))
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
