import Platform
import SystemPackage

/// Finds an archive of real CIFAR-10 records for tests that want one.
public enum RealRecords {
  /// The path of the archive, or `nil` when there is none and the test is to be skipped.
  ///
  /// Looked for in `CIFAR_PIPE_TEST_DATA`, which names a directory or an archive, else in the directory
  /// `../shared/data` beside the package. In a directory the first `.tar.gz` by name is taken.
  public static let archive: FilePath? = {
    if let named = getenv("CIFAR_PIPE_TEST_DATA") { return archive(at: FilePath(platformString: named)) }
    // This file is Sources/PipeTestSupport/RealRecords.swift of the package.
    let package = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    return archive(at: package.removingLastComponent().appending("shared/data"))
  }()

  /// Whether there is an archive: `@Test(.enabled(if: RealRecords.areAvailable))`.
  public static var areAvailable: Bool { archive != nil }

  private static func archive(at path: FilePath) -> FilePath? {
    guard let directory = opendir(path.string) else {
      return access(path.string, R_OK) == 0 ? path : nil
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".tar.gz") { names.append(name) }
    }
    return names.min().map { path.appending($0) }
  }
}
