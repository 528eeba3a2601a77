import CIFAR
import FileSupport
import Platform
import SystemPackage
import TarArchive

/// Whether a generated data set has been written already: every byte is compared with what would be written.
public struct SyntheticDatasetComparison {
  private let dataset: SyntheticDataset
  private let path: FilePath
  private let checkpoint: Checkpoint
  private let progress: ReadProgress?

  /// A comparison of what lies at `path` with `dataset`.
  ///
  /// - Parameters:
  ///   - checkpoint: Called for each piece of some hundred KB.
  ///   - progress: Called for each piece with the bytes of the files that have been compared.
  public init(
    _ dataset: SyntheticDataset, path: FilePath, checkpoint: @escaping Checkpoint,
    progress: ReadProgress? = nil
  ) {
    self.dataset = dataset
    self.path = path
    self.checkpoint = checkpoint
    self.progress = progress
  }

  /// Compares a directory.
  ///
  /// - Returns: `false` where there is nothing, an empty directory, or no directory.
  /// - Throws: ``CopyError/notGenerated(_:name:)``, `FileError`, or what the checkpoint throws.
  public func isDirectoryThere() throws -> Bool {
    guard let directory = try DirectoryHandle.ifPresent(path) else { return false }
    guard try !directory.isEmpty() else { return false }
    var byteCount = 0
    for member in dataset.members {
      let name = FilePath.Component(member.name)!
      let file = try FileComparison.with(name, in: directory, byteCount: member.byteCount)
      guard let file, try isSame(member, &byteCount, file.goesOn) else { throw differs(member.name) }
    }
    let names = Set(dataset.members.map(\.name))
    // A record file more is more records.
    for name in try directory.entries() where !names.contains(name.string) {
      guard RecordFileName(name.string)?.kind != dataset.kind else { throw differs(name.string) }
    }
    return true
  }

  /// Compares the files in a compressed archive, whatever compressed it.
  ///
  /// - Returns: `false` where there is nothing, or a directory.
  /// - Throws: ``CopyError/notGenerated(_:name:)``, `ArchiveError`, `FileError`, or what the checkpoint throws.
  public func isArchiveThere() throws -> Bool {
    guard let source = try archiveSource() else { return false }
    let archive = try ArchiveReader(source, format: .gzip)
    let found = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 64)
    defer { found.deallocate() }
    var byteCount = 0
    for expected in dataset.members {
      let member = try nextFile(of: archive)
      guard let member, member.path.parts == [Array(dataset.directoryName.utf8), Array(expected.name.utf8)],
        member.byteCount == expected.byteCount,
        try isSame(
          expected, &byteCount,
          { piece in
            let read = try archive.readFully(
              into: UnsafeMutableRawBufferPointer(rebasing: found[..<piece.count]))
            return read == piece.count && memcmp(piece.baseAddress!, found.baseAddress!, read) == 0
          })
      else { throw differs(expected.name) }
    }
    if let member = try nextFile(of: archive) {
      throw differs(String(decoding: member.path.parts.last ?? [], as: UTF8.self))
    }
    try archive.finish()
    return true
  }

  private func archiveSource() throws(FileError) -> FileSource? {
    do {
      return try FileSource(opening: path, checkpoint: checkpoint)
    } catch .system(_, _, .noSuchFileOrDirectory), .wrongKind {
      return nil
    }
  }

  private func nextFile(of archive: ArchiveReader) throws -> ArchiveMember? {
    while let member = try archive.next() {
      if member.kind == .file { return member }
    }
    return nil
  }

  /// Whether all pieces of a member are the next ones.
  private func isSame(
    _ member: SyntheticMember, _ byteCount: inout Int, _ goesOn: (UnsafeRawBufferPointer) throws -> Bool
  ) throws -> Bool {
    struct Difference: Error {}
    do {
      try member.forEachPiece { piece in
        try checkpoint()
        guard try goesOn(piece) else { throw Difference() }
        byteCount += piece.count
        progress?(byteCount, dataset.members.reduce(0) { $0 + $1.byteCount })
      }
      return true
    } catch is Difference {
      return false
    }
  }

  private func differs(_ name: String) -> CopyError { .notGenerated(path, name: name) }
}
