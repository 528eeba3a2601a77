import CIFARFiles
import FileSupport
import PipeTestSupport
import Synchronization
import SystemPackage
import Testing

@Suite("Adoption")
struct AdoptionTests {
  private let scratch = ScratchDirectory("adoption")
  private var target: FilePath { scratch.path.appending("target") }

  private func adopt(
    _ copies: String..., checkpoint: @escaping Checkpoint = {},
    progress: @escaping (Adoption.Progress) -> Void = { _ in }
  ) throws -> FilePath {
    try Adoption(Samples.known, mustBeOfficial: false, checkpoint: checkpoint)
      .takeFirst(
        of: copies.map { scratch.path.appending($0) }, to: target, isReplacing: false, progress: progress
      ).source
  }

  @Test("the first directory that is right is copied, without what does not belong to the data set")
  func first() throws {
    Samples.write(to: scratch, "damaged")
    Samples.write(to: scratch, "right")
    scratch.write([1, 2, 3], to: "damaged/data_batch_4.bin")
    scratch.write([1], to: "right/notes")

    #expect(try adopt("damaged", "right") == scratch.path.appending("right"))

    #expect(try Samples.names(in: target) == Samples.files.keys.sorted())
    #expect(try Samples.names(in: scratch.path) == ["damaged", "right", "target"])
  }

  @Test("if none is right, the first one's gravest problem is told, and how many more it has")
  func wrong() throws {
    Samples.write(to: scratch, "damaged")
    scratch.write([1, 2, 3], to: "damaged/data_batch_4.bin")
    scratch.makeDirectory("empty")

    let error = #expect(throws: CopyError.self) { try adopt("damaged", "empty") }

    #expect("\(error!)".contains("damaged/data_batch_4.bin: size is not a whole number of records"))
    #expect(error?.cause == .data)
    #expect(try Samples.names(in: scratch.path) == ["damaged", "empty"])
  }

  @Test("a stop while a file is copied leaves nothing behind, no open file either")
  func stopped() throws {
    Samples.write(to: scratch, "copy")
    let isCopying = Flag()

    #expect(throws: Stopped.self) {
      try adopt(
        "copy", checkpoint: { if isCopying.value.load(ordering: .relaxed) { throw Stopped() } },
        progress: { if case .copying = $0 { isCopying.value.store(true, ordering: .relaxed) } })
    }

    #expect(openDescriptorCount(below: scratch.path) == 0)
    #expect(try Samples.names(in: scratch.path) == ["copy"])
  }

  @Test("a file that changes between check and copy is not taken over")
  func changed() throws {
    Samples.write(to: scratch, "copy")

    let error = #expect(throws: CopyError.self) {
      try adopt("copy", progress: { if case .copying = $0 { scratch.write([9], to: "copy/test_batch.bin") } })
    }

    #expect("\(error!)".hasSuffix("test_batch.bin: changed while being read"))
    #expect(openDescriptorCount(below: scratch.path) == 0)
    #expect(try Samples.names(in: scratch.path) == ["copy"])
  }

  @Test("copies are looked for in the places that the variables name, a few directories deep")
  func places() throws {
    for name in ["home", "home/.keras", "home/.keras/datasets", "home/.keras/datasets/cifar-10-batches-bin"] {
      scratch.makeDirectory(name)
    }
    scratch.makeDirectory("tfds")
    scratch.makeDirectory("tfds/downloads")
    let archive = scratch.write([1], to: "tfds/downloads/url_cifar-10-binaryAbc.tar.gz")
    scratch.write([1], to: "tfds/downloads/other-10-binary.tar.gz")
    let variables = ["HOME": "\(scratch.path)/home", "TFDS_DATA_DIR": "\(scratch.path)/tfds"]

    let copies = AdoptablePlaces { variables[$0] }.copies(of: Samples.known)

    // The working directory of the tests may hold more.
    #expect(copies.archives.contains(archive))
    #expect(copies.directories.contains(scratch.path.appending("home/.keras/datasets/cifar-10-batches-bin")))
    #expect(!copies.archives.contains { $0.lastComponent == "other-10-binary.tar.gz" })
  }
}

/// A flag that a checkpoint may look at.
private final class Flag: Sendable {
  let value = Atomic(false)
}
