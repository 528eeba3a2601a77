import CIFAR
import FileSupport
import SystemPackage

/// Reads the files of a directory; writes nothing, follows no links and waits for nobody.
struct DirectoryAudit {
  /// Reads from a file; a test puts faults in its place.
  typealias Read = (FileDescriptor, UnsafeMutableRawBufferPointer, FilePath) throws(FileError) -> Int

  /// The size of the pieces in which files are read, in bytes.
  private static let pieceLength = 1 << 20

  private let checkpoint: Checkpoint
  private let progress: ((_ byteCount: Int, _ total: Int?) -> Void)?
  private let read: Read

  /// An audit that reads with `read`.
  ///
  /// - Parameters:
  ///   - checkpoint: Called for each piece that is read.
  ///   - progress: Called with the bytes of all files that have been read.
  init(
    checkpoint: @escaping Checkpoint, progress: ((_ byteCount: Int, _ total: Int?) -> Void)? = nil,
    read: @escaping Read = { (file, buffer, path) throws(FileError) in
      try file.readSome(into: buffer, path: path)
    }
  ) {
    self.checkpoint = checkpoint
    self.progress = progress
    self.read = read
  }

  /// Reads the files of the directory `path`, or of the official directory in it.
  ///
  /// - Parameter kind: The data set; by the names of the files without one.
  /// - Throws: `FileError` when the directory cannot be read;
  ///   ``DatasetError/noRecordFiles(directory:kind:other:)``; what the checkpoint throws.
  func run(_ path: FilePath, kind: DatasetKind?) throws -> Audit {
    let (directory, kind, variant) = try find(in: DirectoryHandle(opening: path), kind: kind)
    return try run(directory, kind, variant)
  }

  /// Reads the files of a directory as those of a data set in one form, also if it has no record file.
  ///
  /// - Throws: `FileError` when the directory cannot be read; what the checkpoint throws.
  func run(_ directory: DirectoryHandle, _ kind: DatasetKind, _ variant: DatasetVariant) throws -> Audit {
    var audit = Audit(path: directory.path, kind: kind, variant: variant)
    let auxiliary = kind.facts.auxiliaryFileNames(variant)
    let knownMD5 = KnownArchive.of(kind, variant).memberMD5
    let names = try directory.entries().sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    var counter = ReadCounter(progress, files: names, in: directory)
    for name in names {
      var role = RecordFileName(name.string)
      if role?.kind != kind || role?.variant != variant { role = nil }
      var file = AuditedFile(name.escaped, split: role?.split)
      if role != nil || auxiliary.contains(name.string) {
        let pass = FilePass(of: role, needsMD5: knownMD5[name.string] != nil)
        do {
          try check(name, in: directory, role, pass, &file, &counter)
        } catch {
          file.problems.append(try AuditProblem(error))
        }
      } else {
        file.isExtra = true
      }
      audit.files.append(file)
    }
    return audit
  }

  /// The directory that has record files, and whose.
  private func find(
    in directory: DirectoryHandle, kind: DatasetKind?
  ) throws -> (DirectoryHandle, DatasetKind, DatasetVariant) {
    let names = Set(try directory.entries().map(\.string))
    let present = names.compactMap { RecordFileName($0) }
    let kinds = kind.map { [$0] } ?? DatasetKind.allCases
    for variant in DatasetVariant.allCases {
      for kind in kinds where present.containsRecords(of: kind, variant) {
        return (directory, kind, variant)
      }
    }
    for kind in kinds {
      for variant in DatasetVariant.allCases where names.contains(kind.facts.directoryName(variant)) {
        let name = FilePath.Component(kind.facts.directoryName(variant))!
        return (try directory.openDirectory(name), kind, variant)
      }
    }
    throw DatasetError.noRecordFiles(directory: directory.path, kind: kinds[0], other: nil)
  }

  /// Reads one file; what is wrong with its bytes is in the result.
  ///
  /// - Throws: What keeps it from being read to its end as it was at the beginning; `file` is then as it was.
  private func check(
    _ name: FilePath.Component, in directory: DirectoryHandle, _ role: RecordFileName?, _ pass: FilePass,
    _ file: inout AuditedFile, _ counter: inout ReadCounter
  ) throws {
    let path = directory.path(of: name)
    let opened = try directory.openCheckedFile(name)
    var pass = pass
    var found = file
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceLength, alignment: 4096)
    defer { piece.deallocate() }
    // A file that grows as fast as it is read has no end: one byte more than it had says enough.
    while pass.byteCount <= opened.byteCount {
      try checkpoint()
      let count = try read(opened.descriptor, piece, path)
      if count == 0 { break }
      counter.count(count)
      pass.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    found.add(pass, path: path)
    // What else is wrong with a file that changes only follows from that, so it is dropped.
    try opened.requireUnchanged(readCount: pass.byteCount)
    if let role, role.variant == .python {
      try found.add(RecordFile(opened), role.kind)
      try opened.requireUnchanged(readCount: pass.byteCount)
    }
    file = found
  }
}

/// Tells how many bytes of several files have been read.
private struct ReadCounter {
  private let progress: ((_ byteCount: Int, _ total: Int?) -> Void)?
  private let total: Int
  private var byteCount = 0

  /// A counter of nothing read; nothing is looked at where nobody is told.
  init(_ progress: ((Int, Int?) -> Void)?, files: [FilePath.Component], in directory: DirectoryHandle) {
    self.progress = progress
    // A file that nobody can look at has no bytes to wait for, and is told when its turn comes.
    total = progress == nil ? 0 : files.reduce(0) { $0 + ((try? directory.status(of: $1))??.byteCount ?? 0) }
  }

  /// So many more were read.
  mutating func count(_ count: Int) {
    byteCount += count
    progress?(byteCount, total)
  }
}
