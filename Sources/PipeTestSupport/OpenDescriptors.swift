import Glibc
import SystemPackage

/// How many descriptors of this process are open on `path` or on something below it.
///
/// Other tests may open theirs meanwhile: so it is the places that count, not the numbers.
public func openDescriptorCount(below path: FilePath) -> Int {
  (0..<1_024).count { number in
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    return readlink("/proc/self/fd/\(number)", &target, target.count - 1) > 0
      && FilePath(platformString: target).starts(with: path)
  }
}
