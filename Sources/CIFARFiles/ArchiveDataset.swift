import CIFAR
import FileSupport
import InputPipeline
import SystemPackage
import TarArchive

/// The records of an archive, inflated in memory; nothing is written.
public struct ArchiveDataset {
  /// The name for messages.
  private let path: FilePath
  private let facts: DatasetFacts
  private let split: Split
  private let open: () throws -> any ByteSource

  /// The archive at `path`, not read yet.
  ///
  /// - Parameters:
  ///   - checkpoint: Called while the archive is read.
  ///   - progress: Called with the bytes of the archive that have been read.
  public init(
    _ path: FilePath, kind: DatasetKind, split: Split, checkpoint: @escaping Checkpoint,
    progress: ReadProgress? = nil
  ) {
    self.path = path
    facts = kind.facts
    self.split = split
    open = { try FileSource(opening: path, checkpoint: checkpoint, progress: progress) }
  }

  /// An archive whose first members have been looked at, such as standard input; its bytes are read from it once.
  ///
  /// - Parameter path: The name for messages.
  public init(_ archive: RecognizedArchive, path: FilePath, kind: DatasetKind, split: Split) {
    self.path = path
    facts = kind.facts
    self.split = split
    open = { archive.bytes }
  }

  /// Reads the archive to its end and checks all of it.
  ///
  /// Members come in any order; the records are numbered as those of a directory.
  ///
  /// - Throws: `FileError`, ``ArchiveError``, ``DatasetError`` or ``MemoryError``; what the checkpoint
  ///   throws.
  public func load() throws -> CIFARDataset {
    let archive = try ArchiveReader(open())
    var sources: [RecordFileName: any RecordSource] = [:]
    var names: Set<RecordFileName> = []
    var others: Set<RecordFileName> = []
    while let member = try archive.next() {
      guard member.kind == .file, let name = fileName(member.path) else { continue }
      guard name.kind == facts.kind else {
        others.insert(name)
        continue
      }
      names.insert(name)
      if name.split == split { sources[name] = try records(of: member, in: archive, name.variant) }
    }
    try archive.finish()

    if names.isEmpty {
      let other = DatasetKind.allCases.first { kind in others.contains { $0.kind == kind } }
      throw DatasetError.noRecordFiles(directory: path, kind: facts.kind, other: other)
    }
    // Where an archive has both versions, it is the binary one, as in a directory.
    let variant = DatasetVariant.allCases.first { names.containsRecords(of: facts.kind, $0) } ?? .binary
    let expected = RecordFileName.expected(split, of: facts.kind, variant, present: names)
    let missing = expected.filter { sources[$0] == nil }
    guard missing.isEmpty else {
      throw DatasetError.missingFiles(directory: path, names: missing.map(\.text))
    }
    return try inOneRegion(
      expected.map { (name: $0.inForm(.binary).text, source: sources.removeValue(forKey: $0)!) })
  }

  /// The name of a member that may be a record file's, which lie in one directory or in none.
  private func fileName(_ path: MemberPath) -> RecordFileName? {
    guard path.parts.count <= 2, let name = path.parts.last else { return nil }
    return String(validating: name, as: UTF8.self).flatMap { RecordFileName($0) }
  }

  private func records(
    of member: ArchiveMember, in archive: ArchiveReader, _ variant: DatasetVariant
  ) throws -> any RecordSource {
    let memberPath = path.appending(FilePath(String(decoding: member.path.bytes, as: UTF8.self)).components)
    switch variant {
    case .binary: return try binaryRecords(of: member, in: archive, path: memberPath)
    case .python:
      let pickle = try archive.readPickle(member, path: memberPath)
      return try PickledRecordSource(PickledBatch(pickle, kind: facts.kind))
    }
  }

  private func binaryRecords(
    of member: ArchiveMember, in archive: ArchiveReader, path: FilePath
  ) throws -> MemoryRecordSource {
    var builder = try MemoryRecordSource.Builder(
      path: path, layout: facts.layout, byteCount: Int(member.byteCount))
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    while case let count = try archive.read(into: piece), count > 0 {
      builder.append(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    return try builder.finish()
  }

  /// Moves the records to where the pipeline reads them, one file at a time, so that no more than one is twice
  /// in memory.
  private func inOneRegion(_ sources: consuming [(name: String, source: any RecordSource)]) throws
    -> CIFARDataset
  {
    let length = facts.layout.recordLength
    let counts = sources.map(\.source.recordCount)
    let region = try MemoryRegion(byteCount: counts.reduce(0, +) * length)
    var parts: [RecordCollection.Part] = []
    var offset = 0
    for index in counts.indices {
      let (name, source) = sources.removeFirst()
      let bytes = UnsafeMutableRawBufferPointer(
        rebasing: region.bytes[offset..<offset + counts[index] * length])
      try source.readRecords(in: 0..<counts[index], into: bytes)
      parts.append(
        .init(
          name: name,
          source: RegionRecords(region: region, offset: offset, recordCount: counts[index], length: length)))
      offset += bytes.count
    }
    return try CIFARDataset(kind: facts.kind, parts: parts) {
      ResidentRecordStore($0, alreadyIn: region)
    }
  }
}

extension ArchiveReader {
  /// Reads the current member as a whole into memory; its size is within the limits of the archive.
  ///
  /// - Parameter path: What messages call the bytes.
  /// - Throws: `ArchiveError`, `MemoryError`, or an error of the archive's source.
  func readPickle(_ member: ArchiveMember, path: FilePath) throws -> PickleMemory {
    let region = try MemoryRegion(byteCount: Int(member.byteCount))
    if member.byteCount > 0 {
      let count = try readFully(into: region.bytes)
      precondition(count == region.bytes.count, "a member has the size that its header announces")
    }
    return PickleMemory(path: path, region: region)
  }
}
