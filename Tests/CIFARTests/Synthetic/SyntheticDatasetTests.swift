import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Files of a generated data set")
struct SyntheticDatasetTests {
  /// The bytes of a member, put together again.
  static func bytes(_ member: SyntheticMember) -> [UInt8] {
    var bytes: [UInt8] = []
    member.forEachPiece { bytes += $0 }
    return bytes
  }

  @Test("names and sizes are the official ones")
  func official() {
    let cifar10 = SyntheticDataset(.cifar10)
    let cifar100 = SyntheticDataset(.cifar100)

    #expect(cifar10.directoryName == "cifar-10-batches-bin")
    #expect(
      cifar10.members.map(\.name)
        == (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin", "batches.meta.txt", "readme.html"])
    #expect(cifar10.members.prefix(6).allSatisfy { $0.byteCount == 30_730_000 })
    #expect(
      cifar100.members.map(\.name) == [
        "train.bin", "test.bin", "coarse_label_names.txt", "fine_label_names.txt",
      ])
    #expect(cifar100.members.prefix(2).map(\.byteCount) == [153_700_000, 30_740_000])
  }

  @Test("a member's pieces are its records, as many bytes as announced", arguments: DatasetKind.allCases)
  func pieces(kind: DatasetKind) {
    let dataset = SyntheticDataset(kind, seed: 3, recordsPerFile: 150)
    for member in dataset.members {
      let bytes = Self.bytes(member)
      #expect(bytes.count == member.byteCount)
      guard case .records(let records) = member.content else { continue }
      #expect(bytes == SyntheticRecordsTests.bytes(records, 0..<150))
    }
  }

  @Test("records are numbered through the files")
  func numbering() {
    let whole = SyntheticRecords(.cifar10, split: .train, seed: 3, recordCount: 28)
    let files = SyntheticDataset(.cifar10, seed: 3, recordsPerFile: 4, trainFileCount: 7).recordFiles(.train)

    #expect(files.map(\.name) == (1...7).map { "data_batch_\($0).bin" })
    #expect(
      files.flatMap { SyntheticRecordsTests.bytes($0.records, 0..<4) }
        == SyntheticRecordsTests.bytes(whole, 0..<28))
  }

  @Test("the test file has records of the test split")
  func testSplit() {
    let files = SyntheticDataset(.cifar100, recordsPerFile: 9).recordFiles(.test)

    #expect(files.map(\.name) == ["test.bin"])
    #expect(files[0].records.split == .test)
    #expect(files[0].records.firstRecord == 0)
    #expect(files[0].records.recordCount == 9)
  }

  @Test("the class names are a line each, by label")
  func classNames() throws {
    let cifar10 = SyntheticDataset(.cifar10, recordsPerFile: 1)
    let cifar100 = SyntheticDataset(.cifar100, recordsPerFile: 1)
    func text(_ dataset: SyntheticDataset, _ name: String) throws -> String {
      String(decoding: Self.bytes(try #require(dataset.members.first { $0.name == name })), as: UTF8.self)
    }

    #expect(
      try text(cifar10, "batches.meta.txt")
        == "disc\nsquare\ntriangle\nring\ncross\nstar\nheart\ncrescent\narrow\nhourglass\n\n")
    #expect(try text(cifar100, "coarse_label_names.txt").split(separator: "\n").count == 20)
    #expect(try text(cifar100, "fine_label_names.txt").split(separator: "\n").count == 100)
    #expect(try text(cifar10, "readme.html").contains("generated"))
  }

  @Test("a writer that fails gets no more pieces, and its error comes out")
  func failingWriter() {
    struct Full: Error {}
    let member = SyntheticDataset(.cifar10, recordsPerFile: 500).members[0]
    var count = 0

    #expect(throws: Full.self) {
      try member.forEachPiece { _ in
        count += 1
        if count == 2 { throw Full() }
      }
    }
    #expect(count == 2)
  }

  @Test("written to a directory it is found and read like the real one", arguments: DatasetKind.allCases)
  func directory(kind: DatasetKind) throws {
    let scratch = ScratchDirectory()
    let dataset = SyntheticDataset(kind, recordsPerFile: 20)
    for member in dataset.members { scratch.write(Self.bytes(member), to: member.name) }

    for split in Split.allCases {
      let location = try DatasetLocation(at: scratch.path, kind: kind, split: split)
      guard case .files(let paths) = location else { return #expect(Bool(false), "\(location)") }
      let files = dataset.recordFiles(split)
      #expect(paths == files.map { scratch.path.appending($0.name) })
      for (path, file) in zip(paths, files) {
        let source = try FileRecordSource(path: path, layout: kind.facts.layout)
        #expect(source.recordCount == 20)
        #expect(
          try FileRecordSourceTests.read(source, 0..<20, length: kind.facts.layout.recordLength)
            == SyntheticRecordsTests.bytes(file.records, 0..<20))
      }
    }
  }
}
