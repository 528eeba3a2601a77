import CIFAR
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARFiles

@Suite("Audit of an archive, and the data set in it")
struct ArchiveTests {
  private let scratch = ScratchDirectory("archive")
  private let names = Samples.files.keys.sorted()

  private func audit(_ path: FilePath, checkpoint: @escaping Checkpoint = {}) throws -> Audit {
    try Audit(of: path, kind: nil, isStrict: false, digests: nil, checkpoint: checkpoint)
  }

  @Test("an archive and a directory with the same files come to the same")
  func same() throws {
    Samples.write(to: scratch, "files")
    let path = scratch.write(ArchiveBuilder.gzip(Samples.tar(names.reversed())), to: "a.tar.gz")

    let archive = try audit(path)
    let directory = try audit(scratch.path.appending("files"))

    for audit in [archive, directory] {
      #expect(audit.severity == nil && audit.isRecognized)
      #expect(audit.files.map(\.name) == names)
    }
    #expect(archive.files.map(\.sha256) == directory.files.map(\.sha256))
    #expect(archive.files.map(\.classCounts) == directory.files.map(\.classCounts))
    #expect(archive.archive?.byteCount != nil && directory.archive == nil)
  }

  @Test("a checkpoint ends an audit, and is no problem of the data")
  func stopped() throws {
    Samples.write(to: scratch, "files")
    let path = scratch.write(Samples.tar(), to: "a.tar")

    for place in [path, scratch.path.appending("files")] {
      #expect(throws: Stopped.self) { try audit(place, checkpoint: { throw Stopped() }) }
    }
    #expect(throws: Stopped.self) {
      try ArchiveDataset(path, kind: .cifar10, split: .train, checkpoint: { throw Stopped() }).load()
    }
    #expect(openDescriptorCount(below: scratch.path) == 0)
  }

  @Test("no more than the beginning of a text is kept of a file, and nothing of records")
  func memory() throws {
    Samples.write(to: scratch, "files")
    scratch.write([UInt8](repeating: 65, count: 1 << 17), to: "files/batches.meta.txt")

    let files = try audit(scratch.path.appending("files")).files

    #expect(files.map(\.text.count) == [0, 0, 0, 0, 0, 0, 1 << 16])
  }

  @Test("a name with a great number lists the first thousand missing files and counts the others")
  func missing() throws {
    Samples.write(to: scratch, "files")
    scratch.write(Samples.files["data_batch_1.bin"]!, to: "files/data_batch_2005.bin")

    let audit = try audit(scratch.path.appending("files"))

    #expect(audit.files.count(where: { $0.status == .missing }) == 1000)
    #expect(audit.allProblems.count == 1001)
    #expect(audit.allProblems[0].text == "\(scratch.path)/files: 999 more training files are missing")
    #expect(audit.files.prefix(7).map(\.name).last == "data_batch_7.bin")
  }

  @Test("records of an archive are in the order of the numbers, whatever the order of the members")
  func dataset() throws {
    let path = scratch.write(Samples.tar(names.reversed()), to: "a.tar")

    let train = try ArchiveDataset(path, kind: .cifar10, split: .train, checkpoint: {}).load()

    #expect(train.records.recordCount == 10)
    #expect(train.name(ofRecord: 3) == "data_batch_2.bin:1")
    #expect(train.records.parts.map(\.source.recordCount) == [2, 2, 2, 2, 2])
  }

  @Test("a record file that an archive lacks is named")
  func lacking() throws {
    let path = scratch.write(Samples.tar(names.filter { $0 != "data_batch_3.bin" }), to: "a.tar")

    #expect(throws: DatasetError.missingFiles(directory: path, names: ["data_batch_3.bin"])) {
      try ArchiveDataset(path, kind: .cifar10, split: .train, checkpoint: {}).load()
    }
    #expect(
      try ArchiveDataset(path, kind: .cifar10, split: .test, checkpoint: {}).load().records.recordCount == 2)
  }
}
