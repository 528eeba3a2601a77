import CIFAR
import CIFARFiles
import FileSupport
import PipeTestSupport
import SystemPackage
import Testing

@Suite("DatasetPlace")
struct DatasetPlaceTests {
  private let scratch = ScratchDirectory("place")
  private let place: DatasetPlace

  init() {
    place = DatasetPlace(Samples.known, in: scratch.path)
  }

  private var names: [String] { get throws { try Samples.names(in: place.directoryPath) } }

  @Test("what was extracted is what the archive holds, until a byte differs or a file is missing")
  func compare() throws {
    scratch.write(ArchiveBuilder.gzip(Samples.tar()), to: Samples.known.fileName.string)
    #expect(try place.kinds().archive == .regular)
    #expect(try place.kinds().directory == nil)

    let extracted = try place.recognized(checkpoint: {}).extract(
      to: place.directoryPath, isNested: false, isReplacing: false)
    #expect(try place.kinds().directory == .directory)
    #expect(try place.compareDirectory(checkpoint: {}) == extracted)
    #expect(extracted.fileCount == 6)

    let name: FilePath.Component = "data_batch_3.bin"
    scratch.write(Samples.files["data_batch_2.bin"]!, to: "\(Samples.known.directoryName)/\(name)")
    let error = #expect(throws: CopyError.self) { try place.compareDirectory(checkpoint: {}) }
    #expect(error?.cause == .data)
    #expect("\(error!)".hasSuffix("is not what the archive holds ('data_batch_3.bin' is missing or differs)"))
  }

  @Test(
    "an archive is recognised by its directory or its first file, whatever the order",
    arguments: [false, true])
  func recognised(isFlat: Bool) throws {
    let path = scratch.write(Samples.tar(Samples.files.keys.sorted().reversed(), isFlat: isFlat), to: "a.tar")

    let archive = try RecognizedArchive(opening: path, checkpoint: {})
    _ = try archive.extract(to: place.directoryPath, isNested: false, isReplacing: false)

    #expect(archive.contents == Samples.known)
    #expect(try names == Samples.files.keys.sorted())
  }

  @Test("a stop leaves the directory as it was, whoever asks for it")
  func stopped() throws {
    let path = scratch.write(Samples.tar(), to: "a.tar")
    Samples.write(to: scratch, Samples.known.directoryName.string)
    scratch.write([1], to: "\(Samples.known.directoryName)/data_batch_6.bin")

    #expect(throws: Stopped.self) {
      try RecognizedArchive(opening: path, checkpoint: {}).extract(
        to: place.directoryPath, isNested: false, isReplacing: true
      ) { _ in throw Stopped() }
    }
    #expect(throws: Stopped.self) { try RecognizedArchive(opening: path, checkpoint: { throw Stopped() }) }

    #expect(try names == (Samples.files.keys + ["data_batch_6.bin"]).sorted())
    #expect(try Samples.names(in: scratch.path) == ["a.tar", Samples.known.directoryName.string])
  }

  @Test("without an archive the files must be the official ones")
  func audit() throws {
    Samples.write(to: scratch, Samples.known.directoryName.string)

    let error = #expect(throws: CopyError.self) { try place.auditDirectory(checkpoint: {}) }

    #expect(
      "\(error!)".hasSuffix(
        "data_batch_1.bin: size is not the official one (expected 30730000 bytes, found 6146) (and 5 more findings)"
      ))
  }

  @Test("a generated set is written over an earlier one, and over nothing else")
  func generated() throws {
    func write(isReplacing: Bool) throws {
      let set = SyntheticDataset(.cifar10, recordsPerFile: 1)
      try SyntheticDatasetWriter(set, path: place.directoryPath, isReplacing: isReplacing, checkpoint: {})
        .writeDirectory()
    }
    Samples.write(to: scratch, Samples.known.directoryName.string)
    scratch.write([1], to: "\(Samples.known.directoryName)/data_batch_6000.bin")

    #expect(throws: FileError.exists(path: place.directoryPath, kind: .directory)) {
      try write(isReplacing: false)
    }
    try write(isReplacing: true)
    #expect(try names.count == 8)

    scratch.write([1], to: "\(Samples.known.directoryName)/mine")
    #expect(throws: FileError.foreignContents(path: place.directoryPath, name: "mine")) {
      try write(isReplacing: true)
    }
    #expect(try names.count == 9)
  }
}
