import FileSupport
import Platform
import SystemPackage

/// The places where other programs leave CIFAR, and what is there of one archive and its contents.
///
/// torchvision leaves both in the directory that it is told, most often `data`; Keras in `~/.keras/datasets`;
/// TensorFlow Datasets in `~/tensorflow_datasets/downloads`, under names that hold the official one; mlx-data in
/// `~/.cache/mlx.data/cifar`; Swift for TensorFlow's models in `~/.cache/swift-models/datasets/CIFAR10`.
public struct AdoptablePlaces {
  /// What was found, none of it looked into; in the order of the places.
  public struct Copies {
    /// Files named like the archive.
    public internal(set) var archives: [FilePath] = []
    /// Directories named like the one in the archive.
    public internal(set) var directories: [FilePath] = []
  }

  /// How deep directories are entered whose name tells of CIFAR.
  private static let depth = 3

  private let roots: [FilePath]

  /// The places of this process: below the working directory, the home directory and those of the variables
  /// `KERAS_HOME`, `TFDS_DATA_DIR` and `XDG_CACHE_HOME`.
  ///
  /// - Parameter variable: The value of a variable of the environment.
  public init(variable: (_ name: String) -> String?) {
    func place(_ name: String, _ rest: String) -> FilePath? {
      variable(name).map { FilePath($0).appending(rest) }
    }
    let named: [FilePath?] = [
      place("HOME", "data"), place("HOME", "datasets"), place("KERAS_HOME", "datasets"),
      place("HOME", ".keras/datasets"), place("TFDS_DATA_DIR", "downloads"),
      place("TFDS_DATA_DIR", "downloads/extracted"), place("HOME", "tensorflow_datasets/downloads"),
      place("HOME", "tensorflow_datasets/downloads/extracted"), place("XDG_CACHE_HOME", "mlx.data"),
      place("HOME", ".cache/mlx.data"), place("XDG_CACHE_HOME", "swift-models/datasets"),
      place("HOME", ".cache/swift-models/datasets"),
    ]
    let relative: [FilePath] = ["data", "datasets", "."]
    roots = relative + named.compactMap { $0 }
  }

  /// Looks for copies; what cannot be read is passed over.
  public func copies(of archive: KnownArchive) -> Copies {
    var copies = Copies()
    var seen: Set<FilePath> = []
    for root in roots {
      guard let path = Self.resolved(root), seen.insert(path).inserted else { continue }
      Self.search(path, archive, depth: 0, &copies)
    }
    return copies
  }

  private static func search(
    _ path: FilePath, _ archive: KnownArchive, depth: Int, _ copies: inout Copies
  ) {
    // A place that is missing or closed to us has nothing to take over.
    guard depth <= self.depth, let directory = try? DirectoryHandle(opening: path),
      let names = try? directory.entries()
    else { return }
    let directoryName = archive.directoryName.string
    let stems = [archive.fileName.string.prefix { $0 != "." }, directoryName[...]]
    for name in names.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      let text = String(decoding: name.bytes, as: UTF8.self)
      guard text.lowercased().contains("cifar"), let kind = try? directory.kind(of: name) else { continue }
      let entry = path.appending(name)
      switch kind {
      case .directory where text == directoryName: copies.directories.append(entry)
      case .directory: search(entry, archive, depth: depth + 1, &copies)
      case .regular, .symbolicLink:
        let isArchive = text.hasSuffix(".tar.gz") || text.hasSuffix(".tgz")
        if isArchive && stems.contains(where: { text.contains($0) }) { copies.archives.append(entry) }
      default: break
      }
    }
  }

  /// The path without links and dots; `nil` if there is nothing.
  private static func resolved(_ path: FilePath) -> FilePath? {
    path.withPlatformString { name in
      guard let resolved = realpath(name, nil) else { return nil }
      defer { free(resolved) }
      return FilePath(platformString: resolved)
    }
  }
}
