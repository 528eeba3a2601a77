import CIFAR
import FileSupport
import Platform
import SystemPackage
import TarArchive

/// Whether an archive has been extracted already.
extension RecognizedArchive {
  /// Compares the directory that ``extract(to:isNested:isReplacing:progress:)`` would make with the archive.
  ///
  /// - Parameters:
  ///   - directory: Where the archive would go.
  ///   - isNested: Whether the official directory is in `directory`, rather than being it.
  /// - Returns: What the archive holds; `nil` where there is nothing, an empty directory, or no directory.
  /// - Throws: As ``compare(with:)``.
  public func compare(with directory: FilePath, isNested: Bool) throws -> ArchiveExtractor.Summary? {
    guard let handle = try DirectoryHandle.ifPresent(directory) else { return nil }
    guard try !handle.isEmpty() else { return nil }
    guard isNested && !isFlat else { return try compare(with: handle) }
    guard try handle.kind(of: contents.directoryName) == .directory else {
      throw CopyError.differs(directory, name: contents.directoryName)
    }
    return try compare(with: handle.openDirectory(contents.directoryName))
  }

  /// Compares the files in `directory` with the archive, byte by byte; files that are none of the data set do not count.
  ///
  /// - Returns: What the archive holds.
  /// - Throws: ``CopyError/differs(_:name:)``, `ArchiveError`, `FileError`, or what the checkpoint throws.
  func compare(with directory: DirectoryHandle) throws -> ArchiveExtractor.Summary {
    let reader = try reader()
    var summary = ArchiveExtractor.Summary()
    var names: Set<String> = []
    while let member = try reader.next() {
      guard member.kind == .file, let bytes = member.path.parts.last,
        let name = FilePath.Component(bytes: bytes)
      else { continue }
      summary.fileCount += 1
      summary.byteCount += member.byteCount
      names.insert(name.string)
      let isSame = try FileComparison.with(name, in: directory, byteCount: Int(member.byteCount))?
        .isSame { try reader.readFully(into: $0) }
      guard isSame ?? false else { throw CopyError.differs(directory.path, name: name) }
    }
    try reader.finish()
    // A record file more is more records.
    for name in try directory.entries() where !names.contains(name.string) {
      let file = RecordFileName(name.string)
      guard file?.kind != contents.dataset || file?.variant != contents.variant else {
        throw CopyError.differs(directory.path, name: name)
      }
    }
    return summary
  }
}

extension DirectoryHandle {
  /// The directory `path`; `nil` where there is nothing, or no directory.
  static func ifPresent(_ path: FilePath) throws(FileError) -> DirectoryHandle? {
    do {
      return try DirectoryHandle(opening: path)
    } catch .system(_, _, .noSuchFileOrDirectory), .system(_, _, .notDirectory) {
      return nil
    }
  }
}

/// A file in a directory that is compared with bytes from elsewhere, from the first to the last.
final class FileComparison {
  private static let pieceSize = 256 * 1024

  private let file: FileDescriptor
  private let path: FilePath
  private let pieces = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * pieceSize, alignment: 64)

  /// Opens the file; `nil` if it is no regular file, or has another length.
  static func with(
    _ name: FilePath.Component, in directory: DirectoryHandle, byteCount: Int
  ) throws -> FileComparison? {
    guard try directory.kind(of: name) == .regular else { return nil }
    let comparison = FileComparison(try directory.openFile(name), path: directory.path(of: name))
    return try comparison.file.byteCount(path: comparison.path) == Int64(byteCount) ? comparison : nil
  }

  private init(_ file: FileDescriptor, path: FilePath) {
    self.file = file
    self.path = path
  }

  deinit {
    // Only read from.
    try? file.close()
    pieces.deallocate()
  }

  /// Whether the file has all bytes that `read` gives until it gives none.
  func isSame(as read: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Bool {
    let expected = UnsafeMutableRawBufferPointer(rebasing: pieces[..<Self.pieceSize])
    while case let count = try read(expected), count > 0 {
      guard try goesOn(with: UnsafeRawBufferPointer(rebasing: expected[..<count])) else { return false }
    }
    return true
  }

  /// Whether the next bytes of the file are these.
  func goesOn(with expected: UnsafeRawBufferPointer) throws -> Bool {
    var rest = expected
    while !rest.isEmpty {
      let found = UnsafeMutableRawBufferPointer(rebasing: pieces[Self.pieceSize...].prefix(rest.count))
      let count = try file.readFully(into: found, path: path)
      guard count == found.count, memcmp(rest.baseAddress!, found.baseAddress!, count) == 0 else {
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }
}
