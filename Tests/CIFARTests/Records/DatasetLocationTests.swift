import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Where the records are")
struct DatasetLocationTests {
  static let officialTrain = DatasetFacts.cifar10.trainFileNames

  /// Names in a directory, and what is found there.
  struct Case: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
      case files([String])
      case missing([String], below: String = "")
      case none(other: DatasetKind?)
    }

    let testDescription: String
    let names: [String]
    let outcome: Outcome
    var kind = DatasetKind.cifar10
    var split = Split.train
  }

  static let cases: [Case] = [
    Case(
      testDescription: "the official directory", names: officialTrain + ["test_batch.bin", "readme.html"],
      outcome: .files(officialTrain)),
    Case(
      testDescription: "the test split needs the test file alone", names: ["test_batch.bin"],
      outcome: .files(["test_batch.bin"]), split: .test),
    Case(
      testDescription: "its parent", names: officialTrain.map { "cifar-10-batches-bin/\($0)" },
      outcome: .files(officialTrain.map { "cifar-10-batches-bin/\($0)" })),
    Case(
      testDescription: "two of five are missing (B05)",
      names: ["data_batch_1.bin", "data_batch_3.bin", "data_batch_4.bin"],
      outcome: .missing(["data_batch_2.bin", "data_batch_5.bin"])),
    Case(
      testDescription: "the last two of five are missing",
      names: ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin"],
      outcome: .missing(["data_batch_4.bin", "data_batch_5.bin"])),
    Case(
      testDescription: "two are missing in the directory below",
      names: ["data_batch_1.bin", "data_batch_3.bin", "data_batch_4.bin"].map {
        "cifar-10-batches-bin/\($0)"
      },
      outcome: .missing(["data_batch_2.bin", "data_batch_5.bin"], below: "cifar-10-batches-bin")),
    Case(
      testDescription: "an empty directory of the official name below", names: ["cifar-10-batches-bin/"],
      outcome: .missing(officialTrain, below: "cifar-10-batches-bin")),
    Case(
      testDescription: "twelve files, in numeric order", names: (1...12).map { "data_batch_\($0).bin" },
      outcome: .files((1...12).map { "data_batch_\($0).bin" })),
    Case(
      testDescription: "a gap behind the official five",
      names: ([1, 2, 3, 4, 5, 8]).map { "data_batch_\($0).bin" },
      outcome: .missing(["data_batch_6.bin", "data_batch_7.bin"])),
    Case(
      testDescription: "other names are no record files",
      names: officialTrain + [
        "data_batch_06.bin", "data_batch_.bin", "data_batch_-6.bin", "data_batch_6.bin.part",
        "data_batch_0.bin",
        "data_batch_1234567.bin", "data_batch_٧.bin",
      ],
      outcome: .files(officialTrain)),
    Case(
      testDescription: "only the test file, asked for training", names: ["test_batch.bin"],
      outcome: .missing(officialTrain)),
    Case(testDescription: "nothing", names: [], outcome: .none(other: nil)),
    Case(testDescription: "something else", names: ["notes.txt"], outcome: .none(other: nil)),
    Case(
      testDescription: "the other data set", names: ["train.bin", "test.bin"],
      outcome: .none(other: .cifar100)),
    Case(
      testDescription: "the other data set below", names: ["cifar-100-binary/train.bin"],
      outcome: .none(other: .cifar100)),
    Case(
      testDescription: "CIFAR-100", names: ["train.bin", "test.bin"], outcome: .files(["train.bin"]),
      kind: .cifar100),
    Case(
      testDescription: "CIFAR-100, test split below", names: ["cifar-100-binary/test.bin"],
      outcome: .files(["cifar-100-binary/test.bin"]), kind: .cifar100, split: .test),
    Case(
      testDescription: "CIFAR-100 without its training file", names: ["test.bin"],
      outcome: .missing(["train.bin"]), kind: .cifar100),
  ]

  @Test("a directory is searched, and its parent", arguments: cases)
  func directory(row: Case) throws {
    let scratch = ScratchDirectory()
    for name in row.names { Self.create(name, in: scratch) }

    let found = Result { () throws(DatasetError) in
      try DatasetLocation(at: scratch.path, kind: row.kind, split: row.split)
    }

    let expected: Result<DatasetLocation, DatasetError> =
      switch row.outcome {
      case .files(let names): .success(.files(names.map { scratch.path.appending($0) }))
      case .missing(let names, let below):
        .failure(.missingFiles(directory: scratch.path.appending(below), names: names))
      case .none(let other):
        .failure(.noRecordFiles(directory: scratch.path, kind: row.kind, other: other))
      }
    #expect(found == expected)
  }

  @Test("a file is taken for an archive, whatever its name")
  func archive() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write([1, 2, 3], to: "some.bin")

    #expect(try DatasetLocation(at: path, kind: .cifar10, split: .train) == .archive(path))
  }

  @Test("a FIFO and a device are neither directory nor archive", .timeLimit(.minutes(1)))
  func otherKinds() {
    let scratch = ScratchDirectory()
    let fifo = scratch.path.appending("fifo")
    #expect(fifo.withPlatformString { mkfifo($0, 0o600) } == 0)

    #expect(throws: DatasetError.notAFile(path: fifo, kind: .pipe)) {
      try DatasetLocation(at: fifo, kind: .cifar10, split: .train)
    }
    #expect(throws: DatasetError.notAFile(path: "/dev/null", kind: .device)) {
      try DatasetLocation(at: "/dev/null", kind: .cifar10, split: .train)
    }
  }

  @Test("an absent path is unreadable, with the reason")
  func absent() {
    let path = ScratchDirectory().path.appending("absent")

    #expect(throws: DatasetError.unreadable(path: path, reason: .noSuchFileOrDirectory)) {
      try DatasetLocation(at: path, kind: .cifar10, split: .train)
    }
  }

  @Test("a directory whose name has spaces, a newline and odd bytes works (B30)")
  func oddName() throws {
    let scratch = ScratchDirectory()
    let odd = [UInt8]("a b\n".utf8) + [0xff]
    let path = (odd + [0]).withUnsafeBufferPointer { name in
      name.withMemoryRebound(to: CChar.self) {
        scratch.path.appending(FilePath(platformString: $0.baseAddress!).components)
      }
    }
    #expect(path.withPlatformString { mkdir($0, 0o700) } == 0)
    let file = path.appending("test_batch.bin")
    _ = try FileDescriptor.open(file, .writeOnly, options: .create, permissions: .ownerReadWrite)
      .closeAfter {}

    #expect(try DatasetLocation(at: path, kind: .cifar10, split: .test) == .files([file]))
    #expect(DatasetError.empty(path: path).description.contains("/a b\\n\\xff: no records"))
  }

  /// Makes an empty file, with its directory, or a directory if the name ends in a slash.
  private static func create(_ name: String, in scratch: ScratchDirectory) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      _ = scratch.path.appending(String(parts[0])).withPlatformString { mkdir($0, 0o700) }
    }
    if parts.last?.isEmpty == false { scratch.write([], to: name) }
  }
}
