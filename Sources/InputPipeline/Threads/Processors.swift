import CSystemCalls

/// The processors of the machine.
public enum Processors {
  /// How many this process may run on; at least 1.
  ///
  /// The corresponding C function is `sched_getaffinity`.
  public static var count: Int { Int(cp_online_processors()) }
}
