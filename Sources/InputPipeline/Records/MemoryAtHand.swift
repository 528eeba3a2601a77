import Platform

/// How much memory this process may still take, and who says so.
///
/// A system that promises more than it has ends whoever uses it, at some moment and without a word; so what is to be
/// taken is compared before.
public struct MemoryAtHand: Sendable, Equatable, CustomStringConvertible {
  /// Who sets a bound.
  public enum Bound: String, Sendable {
    /// What is free, or is freed when it is needed.
    case machine = "on this machine"
    /// The limit of a control group, such as that of a container.
    case group = "in this control group"
    /// `ulimit -v` or `-d`.
    case process = "within the limits of this process"
  }

  /// The bytes that are left.
  public let byteCount: Int
  /// The narrowest bound.
  public let bound: Bound

  /// So many bytes below a bound.
  public init(byteCount: Int, bound: Bound) {
    (self.byteCount, self.bound) = (max(0, byteCount), bound)
  }

  /// What is left now; `nil` where nothing tells.
  public static var current: MemoryAtHand? {
    MemoryAtHand(reading: SystemText.read, limits: .current)
  }

  /// Checks that `byteCount` bytes are at hand.
  ///
  /// - Throws: ``MemoryError/refused(byteCount:)``.
  public static func require(_ byteCount: Int) throws(MemoryError) {
    if let current, current.byteCount < byteCount { throw .refused(byteCount: byteCount) }
  }

  /// What the limits of the process leave, as far as it has any.
  public static var ofProcess: MemoryAtHand? {
    ProcessLimits.current.rest(SystemText.read).map { MemoryAtHand(byteCount: $0, bound: .process) }
  }

  /// The narrowest of all bounds that can be read.
  ///
  /// - Parameters:
  ///   - read: The text of a file of the system; `nil` if it is not there.
  ///   - limits: What the process itself may have.
  init?(reading read: @escaping (String) -> String?, limits: ProcessLimits) {
    let bounds = [
      Self.machine(read).map { MemoryAtHand(byteCount: $0, bound: .machine) },
      Self.group(read).map { MemoryAtHand(byteCount: $0, bound: .group) },
      limits.rest(read).map { MemoryAtHand(byteCount: $0, bound: .process) },
    ]
    guard let narrowest = bounds.compactMap(\.self).min(by: { $0.byteCount < $1.byteCount }) else {
      return nil
    }
    self = narrowest
  }

  /// Such as `23543 MiB on this machine`.
  public var description: String { "\(byteCount >> 20) MiB \(bound.rawValue)" }

  /// Source: proc_meminfo(5).
  private static func machine(_ read: (String) -> String?) -> Int? {
    guard let text = read("/proc/meminfo"), let available = number("MemAvailable:", in: text) else {
      return nil
    }
    return (available + (number("SwapFree:", in: text) ?? 0)) << 10
  }

  /// What is left in the narrowest of the groups that the process is in.
  private static func group(_ read: @escaping (String) -> String?) -> Int? {
    guard let groups = ControlGroups(reading: read) else { return nil }
    return groups.values(of: "memory") { group in
      let files: GroupFiles = group.version == .first ? .first : .second
      return files.rest(in: group, of: groups)
    }.min()
  }

  /// The number behind `name` at the beginning of a line.
  private static func number(_ name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 2 && words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}

/// Where a version of control groups tells about memory.
private struct GroupFiles {
  let limit: String
  let usage: String
  /// The line of `memory.stat` with file pages that are given up when memory is needed.
  let givenUp: String

  static let second = GroupFiles(
    limit: "memory.max", usage: "memory.current", givenUp: "inactive_file")
  static let first = GroupFiles(
    limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes", givenUp: "total_inactive_file")

  /// What is left in `group`; `nil` where there is no limit.
  func rest(in group: ControlGroups.Group, of groups: ControlGroups) -> Int? {
    guard let limit = groups.word(limit, of: group).flatMap({ Int($0) }),
      let usage = groups.word(usage, of: group).flatMap({ Int($0) })
    else { return nil }
    let statistics = groups.words("memory.stat", of: group) ?? []
    let givenUp = statistics.firstIndex(of: Substring(givenUp)).flatMap { place in
      statistics.dropFirst(place + 1).first.flatMap { Int($0) }
    }
    return limit - max(0, usage - (givenUp ?? 0))
  }
}

/// What a process may have of memory, in bytes; `nil` means without a limit.
struct ProcessLimits {
  var addressSpace: Int?
  var data: Int?
  var pageSize = 4096

  /// The limits of this process.
  ///
  /// The corresponding C function is `getrlimit`.
  static var current: ProcessLimits {
    // "Unlimited" is the greatest number.
    func limit(_ limit: cp_limit) -> Int? { Int(exactly: cp_process_limit(limit)) }
    return ProcessLimits(
      addressSpace: limit(CP_LIMIT_ADDRESS_SPACE), data: limit(CP_LIMIT_DATA),
      pageSize: sysconf(Int32(_SC_PAGESIZE)))
  }

  /// What is left of the narrower one.
  ///
  /// Source: proc_pid_statm(5): all pages first, those of data and stacks sixth.
  func rest(_ read: (String) -> String?) -> Int? {
    guard addressSpace != nil || data != nil else { return nil }
    let pages = read("/proc/self/statm")?.split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 } ?? []
    let rests = [
      addressSpace.map { $0 - (pages.first ?? 0) * pageSize },
      data.map { $0 - (pages.count > 5 ? pages[5] : 0) * pageSize },
    ]
    return rests.compactMap(\.self).min()
  }
}
