import PipeTestSupport

/// Which folders of a target use which others; a file beside them counts as one in the folder ".".
struct FolderGraph {
  /// A use of what another folder declares.
  private struct Arrow {
    let from: String
    let to: String
    /// The name that is used, and the file that does so.
    let reason: String
  }

  private let arrows: [Arrow]

  /// The graph of a target.
  ///
  /// - Throws: `Errno` if a file cannot be read.
  init(of target: String) throws {
    let root = "Sources/\(target)"
    let files = RepositoryFile.files(below: root).filter { $0.hasSuffix(".swift") }
    self.init(
      try files.map { path in
        let parts = path.dropFirst(root.count + 1).split(separator: "/")
        return (parts.count == 1 ? "." : String(parts[0]), try RepositoryFile.text(path), String(parts.last!))
      })
  }

  /// The graph of files, each with its folder, its text and its name.
  init(_ files: [(folder: String, text: String, name: String)]) {
    let sources = files.map { SwiftSource($0.text) }
    var owners: [String: Set<String>] = [:]
    for (file, source) in zip(files, sources) {
      for name in source.declared { owners[name, default: []].insert(file.folder) }
    }
    arrows = zip(files, sources).flatMap { file, source in
      source.used.sorted().flatMap { name in
        let folders = owners[name, default: [file.folder]]
        return folders.contains(file.folder)
          ? [] : folders.sorted().map { Arrow(from: file.folder, to: $0, reason: "\(name) (\(file.name))") }
      }
    }
  }

  /// The largest sets of folders of which each can be reached from each other.
  var circles: [Set<String>] {
    let reached = Dictionary(uniqueKeysWithValues: Set(arrows.map(\.from)).map { ($0, reachable(from: $0)) })
    let circles = reached.keys.map { one in
      reached[one]!.filter { reached[$0]?.contains(one) == true }
    }
    return Set(circles.filter { !$0.isEmpty }).sorted { $0.min()! < $1.min()! }
  }

  /// Every arrow between folders of a circle, with the uses it stands for.
  func arrows(in circle: Set<String>) -> [String] {
    let inside = arrows.filter { circle.contains($0.from) && circle.contains($0.to) }
    return Dictionary(grouping: inside) { "\($0.from) -> \($0.to)" }.sorted { $0.key < $1.key }.map {
      "\($0.key): \($0.value.map(\.reason).joined(separator: ", "))"
    }
  }

  private func reachable(from start: String) -> Set<String> {
    var found: Set<String> = []
    var next: Set<String> = [start]
    while !next.isEmpty {
      next = Set(arrows.filter { next.contains($0.from) }.map(\.to)).subtracting(found)
      found.formUnion(next)
    }
    return found
  }
}
