import CIFAR
import FileSupport
import SystemPackage
import TarArchive

/// Called again and again while work goes on; what it throws ends the work.
public typealias Checkpoint = @Sendable () throws -> Void

/// An archive whose first members have told which data set it holds; its bytes are then read from the start, once.
public struct RecognizedArchive {
  /// What it holds; that of CIFAR-10 for an archive that nobody knows, which is then refused for its members.
  public let contents: KnownArchive
  /// The data set that its first members belong to; `nil` where their names tell nothing.
  public let dataset: DatasetKind?
  /// Whether the files are not in a directory.
  let isFlat: Bool
  private let format: ArchiveFormat
  private let source: any ByteSource

  /// Opens the archive at `path` and looks at its first members.
  ///
  /// - Parameters:
  ///   - wanted: What it must hold; another archive is then refused for its members.
  ///   - checkpoint: Called while the archive is read.
  ///   - progress: Called with the bytes of the archive that have been read.
  /// - Throws: `FileError` when it cannot be opened, `ArchiveError` when it begins wrong, and what `checkpoint`
  ///   throws.
  public init(
    opening path: FilePath, as wanted: KnownArchive? = nil, checkpoint: @escaping Checkpoint,
    progress: ReadProgress? = nil
  ) throws {
    let format = ArchiveFormat(fileName: path.lastComponent?.string ?? "")
    try self.init(
      FileSource(opening: path, checkpoint: checkpoint, progress: progress), format: format, as: wanted)
  }

  /// Looks at the first members of an archive whose name says nothing, such as standard input.
  public init(_ source: FileSource) throws {
    try self.init(source, format: .automatic, as: nil)
  }

  private init(_ source: FileSource, format: ArchiveFormat, as wanted: KnownArchive?) throws {
    let replayable = ReplayableSource(source)
    let archive = try ArchiveReader(replayable, format: format)
    var found: (contents: KnownArchive, isFlat: Bool)?
    var file: String?
    // A file ends the search at the latest, so that no more than headers is kept in memory.
    while found == nil, file == nil, let member = try archive.next() {
      found = Self.contents(toldBy: member)
      if member.kind == .file { file = member.path.parts.last.map { String(decoding: $0, as: UTF8.self) } }
    }
    // In a directory of any other name, as readers of records take it.
    dataset =
      found?.contents.dataset
      ?? file.flatMap { name in KnownArchive.all.first { $0.isOfficialFile(name) }?.dataset }
    contents = wanted ?? found?.contents ?? .of(.cifar10, .binary)
    isFlat = found?.isFlat ?? false
    self.format = format
    replayable.replay()
    self.source = replayable
  }

  /// What a member tells about its archive, by its directory's name or its own.
  private static func contents(toldBy member: ArchiveMember) -> (KnownArchive, isFlat: Bool)? {
    let names = member.path.parts.map { String(decoding: $0, as: UTF8.self) }
    guard let first = names.first else { return nil }
    if let known = KnownArchive.all.first(where: { $0.directoryName.string == first }) {
      return (known, false)
    }
    guard member.kind == .file, names.count == 1 else { return nil }
    return KnownArchive.all.first { $0.isOfficialFile(first) }.map { ($0, true) }
  }

  /// Unpacks the archive into a directory that appears when all of it has been checked.
  ///
  /// - Parameters:
  ///   - isNested: Whether the official directory is in `directory`, rather than being it.
  ///   - isReplacing: Whether a directory is replaced that holds nothing but what such an archive puts there.
  ///   - progress: Called often with what has been done so far; what it throws ends the extraction.
  /// - Throws: `ArchiveError`, ``DatasetError`` for a pickle that is none of a batch, `FileError`, or what `progress`
  ///   or the checkpoint throws; the directory is then as it was, and nothing else is left.
  public func extract(
    to directory: FilePath, isNested: Bool, isReplacing: Bool,
    progress: (ArchiveExtractor.Summary) throws -> Void = { _ in }
  ) throws -> ArchiveExtractor.Summary {
    var extractor = ArchiveExtractor()
    extractor.format = format
    extractor.expected = contents.expectedMembers(isFlat: isFlat)
    if isReplacing { extractor.replaceable = contents.replaceable }
    if !isNested && !isFlat {
      extractor.strippedDirectory = try MemberPath(checking: contents.directoryName.bytes)
    }
    return try extractor.extract(source, to: directory, checkpoint: progress) { root in
      try checkPickles(in: isNested && !isFlat ? root.openDirectory(contents.directoryName) : root)
    }
  }

  /// Checks that the record files of a python version are what ``PickledBatch`` takes, as whoever reads them does.
  private func checkPickles(in directory: DirectoryHandle) throws {
    guard contents.variant == .python else { return }
    for name in contents.recordFileNames {
      let file = try directory.openCheckedFile(FilePath.Component(name)!)
      _ = try PickledBatch(RecordFile(file), kind: contents.dataset)
    }
  }

  /// Reads the archive to its end and checks all of it.
  ///
  /// - Returns: The SHA-256 of the archive in hexadecimal digits.
  /// - Throws: `ArchiveError`, ``DatasetError`` for a pickle that is none of a batch, `FileError`, or what the
  ///   checkpoint throws.
  public func check() throws -> String {
    let measured = MeasuredSource(source)
    let archive = try reader(of: measured)
    while contents.variant == .python, let member = try archive.next() {
      guard member.kind == .file, let bytes = member.path.parts.last else { continue }
      let name = String(decoding: bytes, as: UTF8.self)
      guard contents.recordFileNames.contains(name) else { continue }
      let pickle = try archive.readPickle(member, path: FilePath(name))
      _ = try PickledBatch(pickle, kind: contents.dataset)
    }
    try archive.finish()
    return measured.sha256
  }

  /// The bytes from the start, once.
  var bytes: any ByteSource { source }

  /// A reader of the members, once.
  func reader() throws -> ArchiveReader { try reader(of: source) }

  private func reader(of source: any ByteSource) throws -> ArchiveReader {
    try ArchiveReader(
      source, format: format, expecting: contents.expectedMembers(isFlat: isFlat), overlaps: true)
  }
}
