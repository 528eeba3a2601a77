import CIFAR
import CIFARFiles
import Glibc
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

  /// The data set: generated, named on the command line or in the environment, or in the cache.
  ///
  /// - Throws: ``CommandError/noData(looked:)``, ``DatasetError``, or an error of an archive.
  func open() throws -> CIFARDataset {
    let kind = options.dataset
    if options.synthetic { return try CIFARDataset(generated: kind, split: options.split) }
    let path = try options.data?.path ?? Self.defaultPath(kind, environment: environment)
    switch try DatasetLocation(at: path, kind: kind, split: options.split) {
    case .files(let files): return try CIFARDataset(kind: kind, files: files)
    case .pickledFiles(let files): return try CIFARDataset(kind: kind, pickledFiles: files)
    case .archive(let archive):
      return try ArchiveDataset(archive, kind: kind, split: options.split, checkpoint: SignalTrap.checkpoint)
        .load()
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
