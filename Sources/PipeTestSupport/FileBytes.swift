import Platform
import SystemPackage

/// Whole files and directories, for comparisons.
public enum FileBytes {
  /// The bytes of a file, or `nil` when it cannot be opened.
  public static func read(_ path: FilePath) -> [UInt8]? {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      while let count = try? file.read(into: buffer), count > 0 {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return bytes
  }

  /// The bytes of a file as text, or `nil` when it cannot be opened.
  public static func text(_ path: FilePath) -> String? {
    read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names in a directory, sorted, hidden ones too; none when it cannot be opened.
  public static func names(in directory: FilePath) -> [String] {
    guard let listing = opendir(directory.string) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
