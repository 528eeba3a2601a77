import FileSupport
import Glibc
import SystemPackage
import TarArchive

/// The comparison of a directory with the archive that it should have come from, byte by byte.
///
/// More files than those of the archive do not count. Nothing is written.
struct DirectoryComparison {
  private static let pieceSize = 256 * 1024

  private let path: FilePath

  /// A comparison of the directory at `path`.
  init(_ path: FilePath) {
    self.path = path
  }

  /// Whether there is something of that name.
  func exists() throws(FileError) -> Bool {
    guard let name = path.lastComponent else { return false }
    return try DirectoryHandle(opening: path.parentDirectory).kind(of: name) != nil
  }

  /// Reads the archive to its end and compares each file.
  ///
  /// - Returns: What the archive holds, and the first file that the directory lacks or has otherwise.
  /// - Throws: `ArchiveError`, `FileError`, or ``CommandError/interrupted(signal:)``.
  func compare(
    with recognized: RecognizedArchive
  ) throws -> (summary: ArchiveExtractor.Summary, difference: String?) {
    let directory = try DirectoryHandle(opening: path)
    let archive = try ArchiveReader(
      recognized.source, format: recognized.format, expecting: recognized.expectedMembers, overlaps: true)
    var summary = ArchiveExtractor.Summary()
    while let member = try archive.next() {
      guard member.kind == .file, let bytes = member.path.parts.last,
        let name = FilePath.Component(bytes: bytes)
      else { continue }
      summary.fileCount += 1
      summary.byteCount += member.byteCount
      guard try isSame(name, member, archive, directory) else {
        return (summary, String(decoding: bytes, as: UTF8.self))
      }
    }
    try archive.finish()
    return (summary, nil)
  }

  private func isSame(
    _ name: FilePath.Component, _ member: ArchiveMember, _ archive: ArchiveReader,
    _ directory: DirectoryHandle
  ) throws -> Bool {
    guard try directory.kind(of: name) == .regular else { return false }
    let path = directory.path(of: name)
    let file = try directory.openFile(name)
    // Only read from.
    defer { try? file.close() }
    guard try file.byteCount(path: path) == Int64(member.byteCount) else { return false }
    let pieces = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * Self.pieceSize, alignment: 64)
    defer { pieces.deallocate() }
    let expected = UnsafeMutableRawBufferPointer(rebasing: pieces[..<Self.pieceSize])
    let found = UnsafeMutableRawBufferPointer(rebasing: pieces[Self.pieceSize...])
    while case let count = try archive.readFully(into: expected), count > 0 {
      let read = try file.readFully(
        into: UnsafeMutableRawBufferPointer(rebasing: found[..<count]), path: path)
      guard read == count, memcmp(expected.baseAddress!, found.baseAddress!, count) == 0 else { return false }
    }
    return true
  }
}
