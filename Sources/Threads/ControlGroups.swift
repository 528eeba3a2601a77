import Platform

/// The control groups that this process is in, those around them included: what a container may have.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1; cgroups(7).
package struct ControlGroups {
  /// The two forms in which the system shows groups.
  package enum Version { case first, second }

  /// A group that limits something.
  package struct Group {
    package let version: Version
    /// Where its files lie; ends with a slash.
    package let directory: String
  }

  private let own: String
  private let read: (String) -> String?

  /// The groups of this process; `nil` where the system has none.
  ///
  /// - Parameter read: The text of a file of the system; `nil` if it is not there.
  package init?(reading read: @escaping (String) -> String?) {
    guard let own = read("/proc/self/cgroup") else { return nil }
    (self.own, self.read) = (own, read)
  }

  /// What the groups say that a controller such as `memory` acts on, from the innermost to the root.
  ///
  /// The limits of the groups around it hold as well. In a container they lie outside of what it sees.
  ///
  /// - Parameter value: What a group says; `nil` where it says nothing.
  package func values<Value>(of controller: String, _ value: (Group) -> Value?) -> [Value] {
    own.split(separator: "\n").flatMap { line -> [Value] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let (version, root): (Version, String)
      if parts[0] == "0" && parts[1].isEmpty {
        (version, root) = (.second, "/sys/fs/cgroup")
      } else if parts[1].split(separator: ",").contains(Substring(controller)) {
        (version, root) = (.first, "/sys/fs/cgroup/\(controller)")
      } else {
        return []
      }
      let names = parts[2].split(separator: "/")
      return (0...names.count).reversed().compactMap { depth in
        let path = names.prefix(depth).map { "/\($0)" }.joined()
        return value(Group(version: version, directory: "\(root)\(path)/"))
      }
    }
  }

  /// The first word of a file of a group.
  package func word(_ name: String, of group: Group) -> Substring? { words(name, of: group)?.first }

  /// The words of a file of a group; `nil` if it is not there.
  package func words(_ name: String, of group: Group) -> [Substring]? {
    read(group.directory + name)?.split(whereSeparator: \.isWhitespace)
  }
}

/// Short texts that the system keeps in files.
package enum SystemText {
  /// The first 64 KiB of the file, enough for all that is looked for; `nil` if it cannot be read.
  package static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Platform.read(descriptor, $0.baseAddress! + length, min(1 << 14, $0.count - length))
      }
      guard count > 0 else { break }
      length += count
    }
    return length > 0 ? String(decoding: bytes[..<length], as: UTF8.self) : nil
  }
}
