import Platform
import SystemPackage

/// How many descriptors of this process are open on `path` or on something below it.
///
/// Other tests may open theirs meanwhile: so it is the places that count, not the numbers.
public func openDescriptorCount(below path: FilePath) -> Int {
  openDescriptors { $0.starts(with: path) }.count
}

/// Lets what holds the directory `path` open go on using it, but no more flush it to the disk.
///
/// Its descriptors become those of the same directory opened with `O_PATH`, of which `fsync` says `EBADF`.
public func makeUnflushable(_ path: FilePath) {
  let descriptors = openDescriptors { $0 == path }
  precondition(!descriptors.isEmpty, "\(path): nobody holds the directory open")
  // O_PATH, which Swift's C library module does not show.
  let substitute = open(path.string, 0o10_000_000 | O_DIRECTORY | O_CLOEXEC)
  precondition(substitute >= 0, "\(path): cannot be opened")
  for descriptor in descriptors { precondition(dup2(substitute, descriptor) == descriptor) }
  close(substitute)
}

private func openDescriptors(where isWanted: (FilePath) -> Bool) -> [CInt] {
  (0..<1_024).filter { number in
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    return readlink("/proc/self/fd/\(number)", &target, target.count - 1) > 0
      && isWanted(FilePath(platformString: target))
  }
}
