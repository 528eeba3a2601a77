import CIFAR
import CIFARFiles
import FileSupport
import InputPipeline
import Platform
import SystemPackage
import TarArchive

/// Finds the records that the options and the environment name.
struct DatasetOpening {
  private let options: DatasetOptions
  private let environment: Environment
  private let messages: MessageOptions

  /// A search that has not begun.
  ///
  /// - Parameter messages: How much is told while an archive is read.
  init(_ options: DatasetOptions, environment: Environment, telling messages: MessageOptions) {
    self.options = options
    self.environment = environment
    self.messages = messages
  }

  /// Where the records come from: generated, named on the command line or in the environment, or in the cache.
  ///
  /// - Throws: ``CommandError/noData(looked:)``.
  func origin() throws -> DatasetOrigin {
    if options.synthetic { return .generated }
    if options.data?.isStandardStream == true { return .standardInput }
    if let path = options.data?.path ?? environment.data { return .named(path) }
    return try .cache(Self.defaultPath(options.dataset ?? .standard, environment: environment))
  }

  /// Which data set it is: what the option says, else what the names of the files say, else CIFAR-10.
  ///
  /// Of standard input nothing but its first members is read, and of an archive not more. What is wrong with a place
  /// is told when it is opened.
  ///
  /// - Throws: What is wrong with standard input, which can be read only once; ``CommandError/interrupted(signal:)``.
  func recognized() throws -> RecognizedDataset {
    let origin = try? origin()
    if origin == .standardInput {
      let archive = try standardInput()
      return RecognizedDataset(kind: options.dataset ?? archive.dataset ?? .standard, standardInput: archive)
    }
    guard options.dataset == nil, case .named(let path)? = origin else {
      return RecognizedDataset(kind: options.dataset ?? .standard)
    }
    let found: DatasetKind?
    switch (try? FileStatus(at: path))?.kind {
    case .directory: found = try? DatasetLocation.kind(ofDirectory: path)
    case .regular:
      let archive = try? RecognizedArchive(opening: path, checkpoint: SignalTrap.checkpoint)
      try SignalTrap.checkpoint()
      found = archive?.dataset
    default: found = nil
    }
    return RecognizedDataset(kind: found ?? .standard)
  }

  /// The data set of an origin.
  ///
  /// - Throws: ``DatasetError``, or an error of an archive.
  func open(_ origin: DatasetOrigin, as recognized: RecognizedDataset) throws -> CIFARDataset {
    let kind = recognized.kind
    if let archive = recognized.standardInput {
      return try ArchiveDataset(
        archive, path: RecognizedArchive.standardInputName, kind: kind, split: options.split
      )
      .load()
    }
    guard let path = origin.path else { return try CIFARDataset(generated: kind, split: options.split) }
    switch try DatasetLocation(at: path, kind: kind, split: options.split) {
    case .files(let files): return try CIFARDataset(kind: kind, files: files)
    case .pickledFiles(let files): return try CIFARDataset(kind: kind, pickledFiles: files)
    case .archive(let archive):
      let line = ProgressLine(messages, "loading")
      defer { line.end() }
      return try ArchiveDataset(
        archive, kind: kind, split: options.split, checkpoint: SignalTrap.checkpoint, progress: line.reading
      ).load()
    }
  }

  private func standardInput() throws -> RecognizedArchive {
    try RecognizedArchive(standardInputTelling: ProgressLine(messages, "loading"))
  }

  /// Where the data are that nobody has named: in the environment, else the official directory in the cache.
  ///
  /// - Parameter kind: The data set; any without one.
  /// - Throws: ``CommandError/noData(looked:)``.
  static func defaultPath(_ kind: DatasetKind?, environment: Environment) throws -> FilePath {
    if let data = environment.data { return data }
    let kinds = kind.map { [$0] } ?? DatasetKind.allCases
    let directories = kinds.flatMap { kind in
      DatasetVariant.allCases.compactMap { environment.cache?.appending(kind.facts.directoryName($0)) }
    }
    guard let found = directories.first(where: { $0.withPlatformString { access($0, F_OK) } == 0 }) else {
      throw CommandError.noData(looked: environment.cache)
    }
    return found
  }
}

extension DatasetKind {
  /// The one that is meant where nothing tells.
  static let standard = DatasetKind.cifar10
}

/// Which data set a place has.
struct RecognizedDataset {
  let kind: DatasetKind
  /// The archive in standard input, whose first members have told it; `nil` where the records are elsewhere.
  var standardInput: RecognizedArchive?
}

extension RecognizedArchive {
  /// What messages call standard input.
  static let standardInputName = FilePath("standard input")

  /// The archive that comes through standard input, with its first members read.
  ///
  /// - Parameter line: Is told how much has been read; it ends with the archive.
  /// - Throws: As ``FileSource/init(standardInputTelling:)``; what is wrong with its beginning.
  init(standardInputTelling line: ProgressLine) throws {
    try self.init(FileSource(standardInputTelling: line))
  }
}

extension FileSource {
  /// The bytes of standard input.
  ///
  /// - Throws: ``CommandError/usage(_:)`` for a terminal, where nobody types an archive; `FileError` for a directory.
  convenience init(standardInputTelling line: ProgressLine) throws {
    guard isatty(STDIN_FILENO) == 0 else {
      throw CommandError.usage("standard input is a terminal; send an archive through a pipe, or name one")
    }
    try self.init(
      .standardInput, path: RecognizedArchive.standardInputName, checkpoint: SignalTrap.checkpoint,
      progress: line.reading)
  }
}

/// Where records come from.
enum DatasetOrigin: Sendable, Equatable {
  /// From nowhere.
  case generated
  /// An archive in standard input.
  case standardInput
  /// The place that the user has named.
  case named(FilePath)
  /// The cache, at this place.
  case cache(FilePath)

  /// Whether there are no files.
  var isGenerated: Bool { path == nil }

  /// Where the files are; `nil` without files.
  var path: FilePath? {
    switch self {
    case .generated, .standardInput: nil
    case .named(let path), .cache(let path): path
    }
  }

  /// The place in a few words, such as `cifar-10-batches-bin`.
  var words: String {
    switch self {
    case .generated: "generated"
    case .standardInput: "from standard input"
    case .cache: "from the cache"
    case .named(let path):
      if let name = path.lastComponent, name.kind == .regular { name.escaped } else { path.escaped }
    }
  }
}
