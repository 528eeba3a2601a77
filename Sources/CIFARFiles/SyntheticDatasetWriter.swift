import CIFAR
import FileSupport
import SystemPackage
import TarArchive

/// Writes the files of a generated data set, complete under their final name or not at all.
public struct SyntheticDatasetWriter {
  private let dataset: SyntheticDataset
  private let path: FilePath
  private let isReplacing: Bool
  private let checkpoint: Checkpoint
  private let progress: ReadProgress?

  /// A writer of `dataset` to `path`.
  ///
  /// - Parameters:
  ///   - isReplacing: Whether a file is replaced, or a directory that holds nothing but what this writes.
  ///   - checkpoint: Called for each piece of some hundred KB.
  ///   - progress: Called for each piece with the bytes of the files that have been written.
  public init(
    _ dataset: SyntheticDataset, path: FilePath, isReplacing: Bool, checkpoint: @escaping Checkpoint,
    progress: ReadProgress? = nil
  ) {
    self.dataset = dataset
    self.path = path
    self.isReplacing = isReplacing
    self.checkpoint = checkpoint
    self.progress = progress
  }

  /// Writes a directory with the files in it; under the umask they may be read by all, as when an archive is
  /// unpacked.
  ///
  /// - Throws: `FileError`, or what the checkpoint throws.
  public func writeDirectory() throws {
    let directory = try StagingDirectory(path, replacing: isReplacing ? replaceable : nil)
    var byteCount = 0
    for member in dataset.members {
      let filePath = path.appending(member.name)
      let file = try directory.handle.createFile(FilePath.Component(member.name)!, mode: 0o644)
      try file.closeAfter(path: filePath) {
        try member.forEachPiece { piece in
          try checkpoint()
          try file.writeFully(piece, path: filePath)
          tell(&byteCount, piece.count)
        }
        try file.synchronize(path: filePath)
      }
    }
    try directory.publish()
  }

  /// Writes a compressed archive with the official member names.
  ///
  /// - Throws: As ``writeDirectory()``.
  public func writeArchive() throws {
    let file = try AtomicFile(path, replacesExisting: isReplacing)
    try writeArchive(to: file)
    try file.publish()
  }

  /// Writes the archive as a stream; the path does not matter then.
  ///
  /// - Throws: What `sink` or the checkpoint throws.
  public func writeArchive(to sink: any ByteSink) throws {
    let gzip = GzipWriter(sink)
    let tar = TarWriter(gzip)
    var byteCount = 0
    try tar.addDirectory(dataset.directoryName)
    for member in dataset.members {
      try tar.beginFile("\(dataset.directoryName)/\(member.name)", byteCount: UInt64(member.byteCount))
      try member.forEachPiece { piece in
        try checkpoint()
        try tar.write(piece)
        tell(&byteCount, piece.count)
      }
    }
    try tar.finish()
    try gzip.finish()
  }

  /// Tells that a piece more has been written.
  private func tell(_ byteCount: inout Int, _ count: Int) {
    byteCount += count
    progress?(byteCount, dataset.members.reduce(0) { $0 + $1.byteCount })
  }

  /// What an earlier run has written: record files of the same data set, however many, and its text files.
  private var replaceable: ReplaceableContents {
    let kind = dataset.kind
    return ReplaceableContents { entry, entryKind in
      guard entryKind == .regular else { return false }
      let name = entry.string
      let file = RecordFileName(name)
      return file?.kind == kind && file?.variant == .binary
        || kind.facts.auxiliaryFileNames(.binary).contains(name)
    }
  }
}
