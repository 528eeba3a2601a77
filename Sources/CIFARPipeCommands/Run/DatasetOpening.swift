import CIFAR
import CIFARFiles
import Platform
import InputPipeline
import SystemPackage

/// Finds the records that the options and the environment name.
struct DatasetOpening {
  private let options: DatasetOptions
  private let environment: Environment

  /// A search that has not begun.
  init(_ options: DatasetOptions, environment: Environment) {
    self.options = options
    self.environment = environment
  }

  /// Where the records come from: generated, named on the command line or in the environment, or in the cache.
  ///
  /// - Throws: ``CommandError/noData(looked:)``.
  func origin() throws -> DatasetOrigin {
    if options.synthetic { return .generated }
    if let path = options.data?.path ?? environment.data { return .named(path) }
    return try .cache(Self.defaultPath(options.dataset, environment: environment))
  }

  /// The data set of an origin.
  ///
  /// - Parameter messages: How much is told while an archive is read.
  /// - Throws: ``DatasetError``, or an error of an archive.
  func open(_ origin: DatasetOrigin, telling messages: MessageOptions) throws -> CIFARDataset {
    let kind = options.dataset
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

/// Where records come from.
enum DatasetOrigin: Sendable, Equatable {
  /// From nowhere.
  case generated
  /// The place that the user has named.
  case named(FilePath)
  /// The cache, at this place.
  case cache(FilePath)

  /// Whether there are no files.
  var isGenerated: Bool { path == nil }

  /// Where the files are; `nil` without files.
  var path: FilePath? {
    switch self {
    case .generated: nil
    case .named(let path), .cache(let path): path
    }
  }

  /// The place in a few words, such as `cifar-10-batches-bin`.
  var words: String {
    switch self {
    case .generated: "generated"
    case .cache: "from the cache"
    case .named(let path):
      if let name = path.lastComponent, name.kind == .regular { name.escaped } else { path.escaped }
    }
  }
}
