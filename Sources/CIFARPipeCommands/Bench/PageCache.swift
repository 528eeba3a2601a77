import FileSupport
import Platform
import SystemPackage

/// What the system keeps of files in memory.
enum PageCache {
  /// Lets the system forget what it keeps of the files.
  ///
  /// - Returns: The share of their bytes that it keeps all the same, from 0 to 1; some file systems have no other place.
  /// - Throws: `FileError` for the first file that cannot be opened.
  static func drop(_ paths: [FilePath]) throws -> Double {
    var (kept, all) = (0, 0)
    for path in paths {
      let file = try FileDescriptor.openForReading(path)
      let pages = try file.closeAfter {
        cp_forget_file(file.rawValue)
        return residentPages(of: file)
      }
      kept += pages.kept
      all += pages.all
    }
    return all == 0 ? 0 : Double(kept) / Double(all)
  }

  /// How many pages of a file are in memory, and how many it has; none where that cannot be told.
  private static func residentPages(of file: FileDescriptor) -> (kept: Int, all: Int) {
    let size = lseek(file.rawValue, 0, SEEK_END)
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    guard size > 0, let address = mmap(nil, size, PROT_READ, MAP_SHARED, file.rawValue, 0),
      address != MAP_FAILED
    else { return (0, 0) }
    defer { munmap(address, size) }
    var pages = [UInt8](repeating: 0, count: (size + pageSize - 1) / pageSize)
    guard cp_pages_in_memory(address, size, &pages) == 0 else { return (0, 0) }
    return (pages.count { $0 & 1 == 1 }, pages.count)
  }
}
