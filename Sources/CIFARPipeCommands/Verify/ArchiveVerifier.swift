import CIFAR
import Digests
import FileSupport
import InputPipeline
import SystemPackage
import TarArchive

/// Checks an archive and the records in it; nothing is written.
struct ArchiveVerifier {
  /// The size of the pieces in which members are read, in bytes.
  private static let pieceLength = 1 << 20

  /// Reads the archive to its end.
  ///
  /// - Parameter kind: The data set; by the names of the members without one.
  /// - Returns: What was found, and whether all members were seen.
  /// - Throws: `FileError` when the file cannot be opened or is not a file;
  ///   ``CommandError/interrupted(signal:)``.
  func check(_ path: FilePath, kind: DatasetKind?) throws -> (check: DatasetCheck, isComplete: Bool) {
    let descriptor = try FileDescriptor.openForReading(path)
    return try descriptor.closeAfter {
      let found = try descriptor.kind(path: path)
      guard found == .regular else {
        throw FileError.wrongKind(path: path, expected: .regular, found: found)
      }
      return try check(descriptor, path: path, kind: kind)
    }
  }

  private func check(
    _ descriptor: FileDescriptor, path: FilePath, kind: DatasetKind?
  ) throws -> (check: DatasetCheck, isComplete: Bool) {
    let before = try FileStamp(of: descriptor, path: path)
    let source = MeasuredSource(
      try FileSource(descriptor, path: path) {
        if let signal = SignalTrap.shared.signal { throw CommandError.interrupted(signal: signal) }
      })
    var check = DatasetCheck(path: path, kind: kind ?? .cifar10, variant: .binary)
    var archive = CheckedFile(path.lastComponent?.escaped ?? path.escaped)
    var members: [Member] = []
    var isComplete = false
    do {
      try readMembers(of: ArchiveReader(source), path: path, into: &members)
      isComplete = true
      try source.measure(&archive)
    } catch {
      archive.findings.append(try VerifyFinding(error))
      // The rest of a damaged archive still tells whether it is as long as, and not equal to, an official one.
      if error is ArchiveError { try source.measure(&archive) }
    }
    let after = try FileStamp(of: descriptor, path: path)
    if let readCount = archive.byteCount,
      let change = before.change(to: after, readCount: readCount, path: path)
    {
      // What else is wrong with a file that changes only follows from that.
      archive.findings = [change]
    }
    check.archive = archive
    sort(members, into: &check, isKindGiven: kind != nil)
    compareWithOfficial(&check)
    return (check, isComplete)
  }

  /// A member that was read, and what its name says.
  private typealias Member = (file: CheckedFile, role: RecordFileName?)

  private func readMembers(of archive: ArchiveReader, path: FilePath, into members: inout [Member]) throws {
    while let member = try archive.next() {
      guard member.kind == .file else { continue }
      members.append(try read(member, in: archive, path: path))
    }
    try archive.finish()
  }

  /// Finds out which data set it is, and which members belong to it.
  private func sort(_ members: [Member], into check: inout DatasetCheck, isKindGiven: Bool) {
    if let role = members.lazy.compactMap(\.role).first(where: { !isKindGiven || $0.kind == check.kind }) {
      (check.kind, check.variant) = (role.kind, role.variant)
    }
    let auxiliary = check.kind.facts.auxiliaryFileNames(check.variant)
    var names: Set<String> = []
    for (file, role) in members {
      var file = file
      let isRecordFile = role?.kind == check.kind && role?.variant == check.variant
      file.isExtra = !isRecordFile && !auxiliary.contains(file.name)
      if file.isExtra { file.forgetRecords() }
      if !names.insert(file.name).inserted {
        check.findings.append(.wrong("\(check.path(of: file.name).escaped): the name comes twice"))
        continue
      }
      check.files.append(file)
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
    var file = CheckedFile(escaped(role == nil && member.path.parts.count > 2 ? member.path.bytes : last))
    file.split = role?.split
    let memberPath = path.appending(name)
    let needsMD5 = DatasetKind.allCases.contains { KnownMembers.md5(name, of: $0, .python) != nil }
    var pass = FileCheck(
      layout: role?.variant == .binary ? role?.kind.facts.layout : nil, needsMD5: needsMD5,
      keepsBeginning: role == nil)
    if let role, role.variant == .python {
      let pickle = try MemberMemory.read(member, in: archive, path: memberPath)
      pickle.withBytes { pass.update($0) }
      try RecordFileContent(pickle, kind: role.kind).give(to: &file)
    } else {
      let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceLength, alignment: 4096)
      defer { piece.deallocate() }
      while case let count = try archive.readFully(into: piece), count > 0 {
        pass.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      }
      if let role {
        RecordFileContent(pass, layout: role.kind.facts.layout, path: memberPath).give(to: &file)
      }
    }
    file.complete(pass)
    return (file, role)
  }

  /// A file as long as an official archive is meant to be that archive.
  private func compareWithOfficial(_ check: inout DatasetCheck) {
    guard let archive = check.archive else { return }
    let known = KnownArchive.all.first { $0.expected.byteCount.map { Int($0) } == archive.byteCount }
    guard let known, let expected = known.expected.sha256, let found = archive.sha256 else { return }
    check.isOfficial = found == expected
    guard found != expected else { return }
    check.archive?.findings.append(
      .wrong(
        "\(check.path.escaped): digest does not match that of the official \(known.fileName) "
          + "(expected sha256 \(expected), found \(found))"))
  }
}

/// A source whose bytes are counted and digested as they pass.
///
/// Asked for its figures when no thread reads any more: after ``ArchiveReader/finish()``.
final class MeasuredSource: ByteSource {
  private let source: any ByteSource
  private var digest = Digest(.sha256)
  private(set) var byteCount = 0

  init(_ source: any ByteSource) {
    self.source = source
  }

  var name: String { source.name }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    byteCount += count
    return count
  }

  func cancel() { source.cancel() }

  /// The SHA-256 of what was read, in hexadecimal digits.
  var sha256: String { digest.hexadecimal() }

  /// Reads what nobody has read, then gives length and digest of everything to `file`.
  func measure(_ file: inout CheckedFile) throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { piece.deallocate() }
    while try read(into: piece) > 0 {}
    file.byteCount = byteCount
    file.sha256 = sha256
  }
}
