import Platform
import SystemPackage

extension DirectoryHandle {
  /// The names in the directory, without `.` and `..`, in no particular order.
  public func entries() throws(FileError) -> [FilePath.Component] {
    try entries { fdopendir($0) }
  }

  /// The names, read from the stream that `openStream` makes; a test lets it fail.
  func entries(from openStream: (CInt) -> DirectoryStream?) throws(FileError) -> [FilePath.Component] {
    // A second descriptor, since `closedir` closes the one it was given.
    let copy = openName(".", below: descriptor.rawValue, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw .system(path: path, operation: .read, reason: .last) }
    guard let stream = openStream(copy) else {
      let reason = Errno.last
      close(copy)
      throw .system(path: path, operation: .read, reason: reason)
    }
    return try Self.entries(of: stream, path)
  }

  /// The names in the directory `path`, in which links are followed, with a single descriptor.
  public static func entries(in path: FilePath) throws(FileError) -> [FilePath.Component] {
    guard let stream = path.withPlatformString({ opendir($0) }) else {
      throw .system(path: path, operation: .open, reason: .last)
    }
    return try entries(of: stream, path)
  }

  /// Reads the names from a stream and closes it.
  private static func entries(
    of stream: DirectoryStream, _ path: FilePath
  ) throws(FileError) -> [FilePath.Component] {
    defer { closedir(stream) }
    var names: [FilePath.Component] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno == 0 { return names }
        throw .system(path: path, operation: .read, reason: .last)
      }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if let name = FilePath.Component(bytes: bytes) { names.append(name) }
    }
  }

  /// Whether the directory holds nothing.
  public func isEmpty() throws(FileError) -> Bool { try entries().isEmpty }

  /// Removes the file or link `name`; nothing happens when it is gone already.
  public func removeFile(_ name: FilePath.Component) throws(FileError) {
    try unlink(name, options: 0)
  }

  /// Removes the directory `name`, which must be empty; nothing happens when it is gone already.
  public func removeEmptyDirectory(_ name: FilePath.Component) throws(FileError) {
    try unlink(name, options: AT_REMOVEDIR)
  }

  /// Removes `name` and, when it is a directory, everything below it; links are removed, not followed.
  ///
  /// Nothing happens when it is gone already. It never leaves the directory: each level is opened from the
  /// one above without following links.
  public func removeTree(_ name: FilePath.Component) throws(FileError) {
    switch try kind(of: name) {
    case nil: return
    case .directory:
      let directory = try openDirectory(name)
      try directory.removeContents()
      try unlink(name, options: AT_REMOVEDIR)
    default: try removeFile(name)
    }
  }

  /// Removes everything in the directory, links not followed.
  public func removeContents() throws(FileError) {
    for name in try entries() { try removeTree(name) }
  }

  private func unlink(_ name: FilePath.Component, options: CInt) throws(FileError) {
    guard name.withPlatformString({ unlinkat(descriptor.rawValue, $0, options) }) != 0 else { return }
    let reason = Errno.last
    if reason == .noSuchFileOrDirectory { return }
    throw .system(path: path(of: name), operation: .remove, reason: reason)
  }
}
