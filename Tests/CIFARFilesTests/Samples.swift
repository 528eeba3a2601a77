import CIFARFiles
import FileSupport
import Platform
import PipeTestSupport
import SystemPackage

/// A small CIFAR-10 of two records a file, as files and as an archive, and what ends its work.
enum Samples {
  /// The archive whose names and members these are.
  static let known = KnownArchive.of(.cifar10, .binary)
  /// The bytes of each file; the first record of a file has its number as label.
  static let files: [String: [UInt8]] = {
    var files: [String: [UInt8]] = [:]
    for (number, name) in ((1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]).enumerated() {
      files[name] = (0..<2).flatMap { [UInt8(number)] + [UInt8](repeating: UInt8($0), count: 3072) }
    }
    return files
  }()

  /// An archive with the files in the order of `names`, in their directory or in none.
  static func tar(_ names: [String] = files.keys.sorted(), isFlat: Bool = false) -> [UInt8] {
    let directory = isFlat ? "" : known.directoryName.string + "/"
    return ArchiveBuilder.tar(names.map { ArchiveBuilder.Member(directory + $0, files[$0] ?? [1, 2, 3]) })
  }

  /// Writes the files into a new directory.
  static func write(to scratch: ScratchDirectory, _ directory: String) {
    scratch.makeDirectory(directory)
    for (name, bytes) in files { scratch.write(bytes, to: "\(directory)/\(name)") }
  }

  /// The names in a directory.
  static func names(in path: FilePath) throws -> [String] {
    try DirectoryHandle(opening: path).entries().map(\.string).sorted()
  }
}

extension ScratchDirectory {
  /// Makes an empty directory.
  func makeDirectory(_ name: String) {
    precondition(mkdir(path.appending(name).string, 0o755) == 0, "\(name): cannot make a directory")
  }
}

/// What a checkpoint throws.
struct Stopped: Error {}
