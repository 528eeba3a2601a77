import Glibc
import SystemPackage

/// Texts of the package itself, such as its documents, for tests that keep them equal to the code.
public enum RepositoryFile {
  /// The directory of Package.swift.
  public static let root = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent()

  /// The text of the file at `path`, relative to the root; traps on bytes that are not UTF-8.
  ///
  /// - Throws: `Errno` if the file cannot be read.
  public static func text(_ path: String) throws -> String {
    let descriptor = try FileDescriptor.open(root.appending(FilePath(path).components), .readOnly)
    return try descriptor.closeAfter {
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = try piece.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
        bytes += piece[..<count]
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        preconditionFailure("\(path): is not UTF-8")
      }
      return text
    }
  }

  /// The names in a directory, sorted, without those that begin with a dot.
  public static func names(in path: String) -> [String] {
    var names: [String] = []
    root.appending(FilePath(path).components).withPlatformString { name in
      guard let directory = opendir(name) else { return }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
      }
    }
    return names.sorted()
  }
}
