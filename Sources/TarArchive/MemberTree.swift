/// The names that an archive has used so far, and what each stands for.
struct MemberTree {
  private enum Entry {
    case file
    case directory
    /// A directory that only the names of others have told of.
    case impliedDirectory
  }

  private var entries: [MemberPath: Entry] = [:]

  /// Takes a member's name in.
  ///
  /// - Throws: When the name has come before, or when it needs a file to be a directory too.
  mutating func add(_ path: MemberPath, _ kind: ArchiveMember.Kind) throws(ArchiveError.Fault) {
    var ancestor = path.parent
    while !ancestor.isRoot {
      switch entries[ancestor] {
      case .file: throw .fileAndDirectory(path: ancestor.bytes)
      case nil: entries[ancestor] = .impliedDirectory
      case .directory, .impliedDirectory: break
      }
      ancestor = ancestor.parent
    }
    switch (entries[path], kind) {
    case (nil, _), (.impliedDirectory, .directory):
      entries[path] = kind == .file ? .file : .directory
    case (.impliedDirectory, .file), (.directory, .file), (.file, .directory):
      throw .fileAndDirectory(path: path.bytes)
    case (.file, .file), (.directory, .directory):
      throw .appearsTwice
    }
  }
}
