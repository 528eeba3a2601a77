import FileSupport
import PipeTestSupport
import SystemPackage

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
    case .regular: result[relative] = FileBytes.read(path.appending(name))
    case let kind: result["\(relative) (\(kind.map(String.init(describing:)) ?? "gone"))"] = []
    }
  }
  return result
}
