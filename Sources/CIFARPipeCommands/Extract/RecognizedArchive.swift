import SystemPackage
import TarArchive

/// An archive whose first members have told which data set it holds; its bytes are then read from the start.
struct RecognizedArchive {
  /// What it holds; that of CIFAR-10 for an archive that nobody knows, which is then refused for its members.
  let layout: PublishedLayout
  /// Whether the files are not in a directory.
  let isFlat: Bool
  /// How it must be stored, by the ending of its name.
  let format: ArchiveFormat
  /// All bytes of the archive, none of them read yet.
  let source: any ByteSource

  /// Opens the archive that the command line names and looks at its first members.
  ///
  /// - Throws: `FileError` when it cannot be opened, `ArchiveError` when it begins wrong, and
  ///   ``CommandError/interrupted(signal:)``, also later while ``source`` is read.
  init(_ argument: PathArgument) throws {
    if argument.isStandardStream {
      let input = try FileSource(.standardInput, path: "standard input", checkpoint: SignalTrap.checkpoint)
      try self.init(input, .automatic)
    } else {
      try self.init(opening: argument.path)
    }
  }

  /// Opens the archive at `path`, as ``init(_:)`` does.
  ///
  /// - Parameter wanted: What it must hold; another archive is then refused for its members.
  init(opening path: FilePath, as wanted: PublishedLayout? = nil) throws {
    let format = ArchiveFormat(fileName: path.lastComponent?.string ?? "")
    try self.init(FileSource(opening: path, checkpoint: SignalTrap.checkpoint), format, wanted)
  }

  private init(_ source: FileSource, _ format: ArchiveFormat, _ wanted: PublishedLayout? = nil) throws {
    let replayable = ReplayableSource(source)
    let archive = try ArchiveReader(replayable, format: format)
    var found: (layout: PublishedLayout, isFlat: Bool)?
    // A file ends the search at the latest, so that no more than headers is kept in memory.
    while found == nil, let member = try archive.next() {
      found = Self.layout(of: member)
      if member.kind == .file { break }
    }
    layout = wanted ?? found?.layout ?? PublishedLayout(dataset: .cifar10, variant: .binary)
    isFlat = found?.isFlat ?? false
    self.format = format
    replayable.replay()
    self.source = replayable
  }

  /// The members that the archive must and may have.
  var expectedMembers: ExpectedMembers { layout.expectedMembers(isFlat: isFlat) }

  /// What a member tells about its archive, by its directory's name or its own.
  private static func layout(of member: ArchiveMember) -> (PublishedLayout, isFlat: Bool)? {
    let names = member.path.parts.map { String(decoding: $0, as: UTF8.self) }
    guard let first = names.first else { return nil }
    if let layout = PublishedLayout.all.first(where: { $0.directoryName == first }) { return (layout, false) }
    guard member.kind == .file, names.count == 1 else { return nil }
    let match = PublishedLayout.all.first { ($0.recordFileNames + $0.otherFileNames).contains(first) }
    return match.map { ($0, true) }
  }
}
