import CIFAR
import InputPipeline
import SystemPackage
import TarArchive

/// Members of an archive as a whole in memory.
enum MemberMemory {
  /// Reads the current member of `archive`; its size is within the limits of the archive.
  ///
  /// - Parameter path: What messages call the bytes.
  /// - Throws: `ArchiveError`, `MemoryError`, or an error of the archive's source.
  static func read(_ member: ArchiveMember, in archive: ArchiveReader, path: FilePath) throws -> PickleMemory
  {
    let region = try MemoryRegion(byteCount: Int(member.byteCount))
    if member.byteCount > 0 {
      let count = try archive.readFully(into: region.bytes)
      precondition(count == region.bytes.count, "a member has the size that its header announces")
    }
    return PickleMemory(path: path, region: region)
  }
}
