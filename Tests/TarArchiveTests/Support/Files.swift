import FileSupport
import SystemPackage

/// All bytes of the file at `path`.
func contents(of path: FilePath) throws -> [UInt8] {
  let file = try FileDescriptor.openForReading(path)
  defer { try? file.close() }
  var bytes = [UInt8](repeating: 0, count: Int(try file.byteCount(path: path)))
  let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, path: path) }
  return Array(bytes[..<count])
}

/// Everything below `path`: relative names, those of directories with a slash, and the bytes of files.
func tree(_ path: FilePath, below prefix: String = "") throws -> [String: [UInt8]] {
  let directory = try DirectoryHandle(opening: path)
  var result: [String: [UInt8]] = [:]
  for name in try directory.entries() {
    let relative = prefix + name.string
    switch try directory.kind(of: name) {
    case .directory:
      result[relative + "/"] = []
      result.merge(try tree(path.appending(name), below: relative + "/")) { $1 }
    case .regular: result[relative] = try contents(of: path.appending(name))
    case let kind: result["\(relative) (\(kind.map(String.init(describing:)) ?? "gone"))"] = []
    }
  }
  return result
}
