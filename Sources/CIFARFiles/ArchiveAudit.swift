import CIFAR
import Digests
import FileSupport
import InputPipeline
import SystemPackage
import TarArchive

/// Checks an archive and the records in it; nothing is written.
struct ArchiveAudit {
  /// The size of the pieces in which members are read, in bytes.
  private static let pieceLength = 1 << 20

  private let checkpoint: Checkpoint
  private let progress: ReadProgress?

  /// An audit that calls `checkpoint` and `progress` for each piece that is read.
  init(checkpoint: @escaping Checkpoint, progress: ReadProgress? = nil) {
    self.checkpoint = checkpoint
    self.progress = progress
  }

  /// Reads the archive to its end.
  ///
  /// - Parameter kind: The data set; by the names of the members without one.
  /// - Throws: `FileError` when the file cannot be opened or is not a file; what the checkpoint throws.
  func run(_ path: FilePath, kind: DatasetKind?) throws -> Audit {
    let file = try CheckedFile(path)
    let source = try FileSource(file.descriptor, path: path, checkpoint: checkpoint, progress: progress)
    return try run(source, path, kind: kind) { count throws(FileError) in
      try file.requireUnchanged(readCount: count)
    }
  }

  /// Reads an archive to its end that is open already.
  ///
  /// - Parameter requireUnchanged: Called with the number of bytes that were read; throws where somebody has written to
  ///   the archive meanwhile.
  /// - Throws: What the source's checkpoint throws.
  func run(
    _ source: FileSource, _ path: FilePath, kind: DatasetKind?,
    requireUnchanged: (_ readCount: Int) throws(FileError) -> Void = { _ in }
  ) throws -> Audit {
    let source = MeasuredSource(source)
    var audit = Audit(path: path, kind: kind ?? .cifar10, variant: .binary)
    var archive = AuditedFile(path.lastComponent?.escaped ?? path.escaped)
    var members: [Member] = []
    audit.isComplete = false
    do {
      try readMembers(of: ArchiveReader(source), path: path, into: &members)
      audit.isComplete = true
      try measure(source, &archive)
    } catch {
      archive.problems.append(try AuditProblem(error))
      // The rest of a damaged archive still tells whether it is as long as, and not equal to, an official one.
      if error is ArchiveError { try measure(source, &archive) }
    }
    if let readCount = archive.byteCount {
      do throws(FileError) {
        try requireUnchanged(readCount)
      } catch {
        // What else is wrong with a file that changes only follows from that.
        archive.problems = [try AuditProblem(error)]
      }
    }
    audit.archive = archive
    sort(members, into: &audit, isKindGiven: kind != nil)
    compareWithOfficial(&audit)
    return audit
  }

  /// Reads what nobody has read, then gives length and digest of everything to `file`.
  private func measure(_ source: MeasuredSource, _ file: inout AuditedFile) throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceLength, alignment: 4096)
    defer { piece.deallocate() }
    while try source.read(into: piece) > 0 {}
    file.byteCount = source.byteCount
    file.sha256 = source.sha256
  }

  /// A member that was read, and what its name says.
  private typealias Member = (file: AuditedFile, role: RecordFileName?)

  private func readMembers(of archive: ArchiveReader, path: FilePath, into members: inout [Member]) throws {
    while let member = try archive.next() {
      guard member.kind == .file else { continue }
      members.append(try read(member, in: archive, path: path))
    }
    try archive.finish()
  }

  /// Finds out which data set it is, and which members belong to it.
  private func sort(_ members: [Member], into audit: inout Audit, isKindGiven: Bool) {
    if let role = members.lazy.compactMap(\.role).first(where: { !isKindGiven || $0.kind == audit.kind }) {
      (audit.kind, audit.variant) = (role.kind, role.variant)
    }
    let auxiliary = audit.kind.facts.auxiliaryFileNames(audit.variant)
    var names: Set<String> = []
    for (file, role) in members {
      var file = file
      let isRecordFile = role?.kind == audit.kind && role?.variant == audit.variant
      file.isExtra = !isRecordFile && !auxiliary.contains(file.name)
      if file.isExtra { file.forgetRecords() }
      if !names.insert(file.name).inserted {
        audit.problems.append(.wrong("\(audit.path(of: file.name).escaped): the name comes twice"))
        continue
      }
      audit.files.append(file)
    }
  }

  /// Reads one member, whose data set its name tells.
  private func read(
    _ member: ArchiveMember, in archive: ArchiveReader, path: FilePath
  ) throws -> Member {
    let last = member.path.parts.last ?? []
    let name = String(decoding: last, as: UTF8.self)
    // Members lie in one directory or in none.
    let role = member.path.parts.count <= 2 ? RecordFileName(name) : nil
    var file = AuditedFile(
      escaped(role == nil && member.path.parts.count > 2 ? member.path.bytes : last), split: role?.split)
    let memberPath = path.appending(name)
    var pass = FilePass(of: role, needsMD5: KnownArchive.all.contains { $0.memberMD5[name] != nil })
    if let role, role.variant == .python {
      let pickle = try archive.readPickle(member, path: memberPath)
      pickle.withBytes { pass.update($0) }
      try file.add(pickle, role.kind)
    } else {
      let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceLength, alignment: 4096)
      defer { piece.deallocate() }
      while case let count = try archive.readFully(into: piece), count > 0 {
        pass.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      }
    }
    file.add(pass, path: memberPath)
    return (file, role)
  }

  /// A file as long as an official archive is meant to be that archive.
  private func compareWithOfficial(_ audit: inout Audit) {
    guard let archive = audit.archive else { return }
    let known = KnownArchive.all.first { $0.byteCount == archive.byteCount }
    guard let known, let found = archive.sha256 else { return }
    audit.isOfficial = found == known.sha256
    guard found != known.sha256 else { return }
    audit.archive?.problems.append(
      .wrong(
        "\(audit.path.escaped): digest does not match that of the official \(known.fileName.string) "
          + "(expected sha256 \(known.sha256), found \(found))"))
  }
}
