import FileSupport
import Platform
import SystemPackage

/// Extracts an archive into a directory that appears when every byte has been checked, or not at all.
///
/// Files get the mode 0644 and directories 0755 under the umask, and belong to the caller; times, owners and
/// modes in the archive are not taken over. Reading and inflating, writing, and flushing to the disk overlap.
public struct ArchiveExtractor: Sendable {
  /// What was extracted, or has been so far.
  public struct Summary: Sendable, Equatable {
    /// The number of files.
    public var fileCount: Int
    /// The bytes in them.
    public var byteCount: UInt64

    /// A summary with these counts.
    public init(fileCount: Int = 0, byteCount: UInt64 = 0) {
      self.fileCount = fileCount
      self.byteCount = byteCount
    }
  }

  /// The size of the pieces in which files are written, in bytes.
  private static let pieceSize = 256 * 1024

  /// How the archive must be stored.
  public var format = ArchiveFormat.automatic
  /// How much of the archive is taken.
  public var limits = ArchiveLimits()
  /// The members that the archive must have; `nil` takes all.
  public var expected: ExpectedMembers?
  /// What an output directory may hold that is replaced at the end; `nil` replaces none that is not empty.
  public var replaceable: ReplaceableContents?
  /// A directory in which all members must be, and whose contents become those of the output.
  public var strippedDirectory: MemberPath?

  /// Whether the output gets its name only when it is on the disk, so that it outlives a power failure whole.
  public var flushesToDisk = true

  /// An extractor with default settings.
  public init() {}

  /// Extracts the archive that `source` holds into the directory `output`.
  ///
  /// - Parameters:
  ///   - output: The directory to create; the one above it must exist.
  ///   - checkpoint: Called after each piece of about 256 KiB with what has been extracted so far; what it
  ///     throws ends the extraction.
  ///   - inspect: Called with the complete directory before it gets its name; what it throws ends the extraction.
  /// - Returns: What was extracted.
  /// - Throws: ``ArchiveError`` when the archive is wrong, `FileError` when the system refuses, what the
  ///   source, `checkpoint` or `inspect` throw. The output is then as it was, and nothing else is left.
  public func extract(
    _ source: any ByteSource, to output: FilePath, checkpoint: (Summary) throws -> Void = { _ in },
    inspect: (DirectoryHandle) throws -> Void = { _ in }
  ) throws -> Summary {
    let archive = try ArchiveReader(
      source, format: format, limits: limits, expecting: expected, overlaps: true)
    let staging = try StagingDirectory(output, replacing: replaceable, mode: 0o755)
    defer { staging.abandon() }
    var writer = MemberWriter(root: staging.handle, flushesToDisk: flushesToDisk)
    let flusher = flushesToDisk ? FileFlusher() : nil
    var summary = Summary()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
    defer { piece.deallocate() }
    while let member = try archive.next() {
      try checkpoint(summary)
      let path = try outputPath(of: member, in: archive)
      switch member.kind {
      case .directory: try writer.makeDirectory(path)
      case .file:
        let file = try writer.makeFile(path)
        while case let count = try archive.readFully(into: piece), count > 0 {
          try file.write(UnsafeRawBufferPointer(rebasing: piece[..<count]))
          summary.byteCount += UInt64(count)
          try checkpoint(summary)
        }
        if let flusher { try flusher.submit(file) } else { try file.close() }
        summary.fileCount += 1
      }
    }
    try archive.finish()
    if let flusher {
      try flusher.finish()
      try writer.synchronizeDirectories()
    }
    try inspect(staging.handle)
    try checkpoint(summary)
    try staging.publish(synchronizing: flushesToDisk)
    return summary
  }

  /// Where the member goes below the output.
  private func outputPath(of member: ArchiveMember, in archive: ArchiveReader) throws -> MemberPath {
    guard let strippedDirectory, !member.path.isRoot else { return member.path }
    guard let path = member.path.relative(to: strippedDirectory), member.kind == .directory || !path.isRoot
    else {
      throw ArchiveError(
        archive: archive.name, .wrongMembers(missing: [], unknown: [member.path.bytes], unknownCount: 1))
    }
    return path
  }
}
