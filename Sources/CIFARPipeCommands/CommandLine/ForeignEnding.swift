import ArgumentParser

/// Endings of names that promise another kind of file than a command writes.
struct ForeignEnding {
  private let endings: [String]
  /// What the command writes, and the endings that say so.
  private let expected: String

  /// Archives, where a directory or a compressed tar archive is written.
  static let archive = ForeignEnding(
    endings: [
      "zip", "tar", "gz", "bz2", "xz", "zst", "lz4", "7z", "rar", "tbz", "tbz2", "txz", "bin", "npz", "npy",
      "h5",
      "hdf5", "parquet", "pkl",
    ],
    expected: "'.tar.gz' or '.tgz' for an archive, none for a directory")
  /// Pictures and documents, where a PNG is written.
  static let picture = ForeignEnding(
    endings: [
      "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "avif", "heic", "svg", "ppm", "pnm", "pdf", "eps",
      "html",
    ],
    expected: "'.png' or none")

  /// Refuses an output whose name has one of the endings.
  ///
  /// - Throws: `ValidationError`, with the endings that work.
  func check(_ output: PathArgument) throws {
    guard let name = output.path.lastComponent, let ending = name.extension, !output.isStandardStream,
      endings.contains(ending.lowercased()), !name.string.hasSuffix(".tar.gz")
    else { return }
    throw ValidationError(
      "'--output \(output.path.escaped)': '.\(ending)' is not what is written (expected \(expected))")
  }
}
