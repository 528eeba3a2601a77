import Platform

/// The processors that a process may use.
public enum Processors {
  /// How many threads this process can keep at work; at least 1.
  ///
  /// The processors that it may run on, or the processor time of as many that its control group leaves it: a container
  /// that may use the time of 2 has no more of 64. A part of a processor counts as one.
  /// The corresponding C function is `sched_getaffinity`.
  public static let count = count(online: Int(cp_online_processors()), reading: SystemText.read)

  /// The number on a system with these files.
  ///
  /// - Parameter read: The text of a file of the system; `nil` if it is not there.
  static func count(online: Int, reading read: @escaping (String) -> String?) -> Int {
    guard let groups = ControlGroups(reading: read) else { return online }
    let shares = groups.values(of: "cpu") { share(of: $0, in: groups) }
    return shares.reduce(online) { min($0, max(1, Int($1.rounded(.up)))) }
  }

  /// The processors whose time a group may use; `nil` where it has no limit.
  private static func share(of group: ControlGroups.Group, in groups: ControlGroups) -> Double? {
    let limit: [Substring?] =
      switch group.version {
      case .second: Array(groups.words("cpu.max", of: group)?.prefix(2) ?? [])
      case .first: [groups.word("cpu.cfs_quota_us", of: group), groups.word("cpu.cfs_period_us", of: group)]
      }
    // Without a limit the quota is a word, or negative.
    guard limit.count == 2, let quota = limit[0].flatMap({ Double($0) }), quota > 0,
      let period = limit[1].flatMap({ Double($0) }), period > 0, quota / period < 1e6
    else { return nil }
    return quota / period
  }
}
