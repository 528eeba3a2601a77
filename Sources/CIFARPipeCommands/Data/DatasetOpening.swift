import CIFAR
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
    let named = options.data?.path ?? environment.data
    guard let path = try named ?? cached() else { throw CommandError.noData(looked: environment.cache) }
    switch try DatasetLocation(at: path, kind: kind, split: options.split) {
    case .files(let files): return try CIFARDataset(kind: kind, files: files)
    case .pickledFiles(let files): return try CIFARDataset(kind: kind, pickledFiles: files)
    case .archive(let archive): return try ArchiveDataset(archive, kind: kind, split: options.split).load()
    }
  }

  /// The official directory of the data set in the cache, if there is one.
  private func cached() throws -> FilePath? {
    let facts = options.dataset.facts
    return DatasetVariant.allCases.lazy
      .compactMap { environment.cache?.appending(facts.directoryName($0)) }
      .first { $0.withPlatformString { access($0, F_OK) } == 0 }
  }
}
