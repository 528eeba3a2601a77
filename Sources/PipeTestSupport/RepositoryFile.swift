import SystemPackage

/// Texts of the package itself, such as its documents, for tests that keep them equal to the code.
public enum RepositoryFile {
  /// The directory of Package.swift.
  public static let root = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent()

  /// The text of the file at `path`, relative to the root.
  ///
  /// - Throws: `Errno` if there is no such file.
  public static func text(_ path: String) throws(Errno) -> String {
    guard let text = FileBytes.text(root.appending(FilePath(path).components)) else {
      throw .noSuchFileOrDirectory
    }
    return text
  }

  /// The names in a directory, sorted, without those that begin with a dot.
  public static func names(in path: String) -> [String] {
    FileBytes.names(in: root.appending(FilePath(path).components)).filter { !$0.hasPrefix(".") }
  }

  /// The paths, relative to the root, of all files at any depth below a directory.
  public static func files(below path: String) -> [String] {
    names(in: path).map { "\(path)/\($0)" }.flatMap { child in
      // Sources and documents have a dot in their names, folders have none.
      child.split(separator: "/").last!.contains(".") ? [child] : files(below: child)
    }
  }
}
