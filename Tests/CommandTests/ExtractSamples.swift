import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Small archives for `extract` and `fetch`, made by hand so that any part of them can be wrong.
enum ExtractSamples {
  /// The directory of the members.
  static let directory = "cifar-10-batches-bin"
  /// The record files, in the order of the archive.
  static let recordFiles = [4, 1, 3, 2, 5].map { "data_batch_\($0).bin" } + ["test_batch.bin"]
  /// The bytes of each file, by its name; two records a record file.
  static let files: [String: [UInt8]] = {
    var files = ["batches.meta.txt": Array("airplane\n".utf8), "readme.html": Array("<p>".utf8)]
    for (number, name) in recordFiles.enumerated() {
      files[name] = (0..<2).flatMap { record in
        [UInt8(number)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ record &+ number) }
      }
    }
    return files
  }()

  /// The members of a good archive.
  static var members: [ArchiveBuilder.Member] {
    [.init(directory + "/", type: "5")]
      + (recordFiles + ["batches.meta.txt", "readme.html"]).map { .init("\(directory)/\($0)", files[$0]!) }
  }

  /// A good archive.
  static let archive = ArchiveBuilder.gzip(ArchiveBuilder.tar(members))

  /// Whether the directory holds just the files of the good archive, byte for byte.
  static func isComplete(_ directory: FilePath) -> Bool {
    FileBytes.names(in: directory) == files.keys.sorted()
      && files.allSatisfy { FileBytes.read(directory.appending($0.key)) == $0.value }
  }

  /// The digest of `bytes`, by the tool that users have.
  static func sha256(_ bytes: [UInt8]) -> String {
    let scratch = ScratchDirectory("digest")
    let path = scratch.write(bytes, to: "file")
    return String(Tool.shell("sha256sum '\(path)'").run().outputText.prefix(64))
  }
}
