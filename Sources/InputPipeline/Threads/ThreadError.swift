import SystemPackage

/// Why a set of threads could not be started, or not be brought to an end.
public enum ThreadError: Error, Equatable, Sendable {
  /// The system refused a new thread; mostly `EAGAIN`, the limit of threads or memory.
  case cannotStart(thread: String, errno: Errno)
  /// These threads of a coordinator were still running at the end of the grace period of its join.
  case stillRunning(threads: [String])
}

extension ThreadError: CustomStringConvertible {
  /// One line: the threads, and what is wrong.
  public var description: String {
    switch self {
    case .cannotStart(let thread, let errno): "thread '\(thread)': cannot be started: \(errno)"
    case .stillRunning(let threads):
      "coordinator: threads still run after the grace period: "
        + threads.map { "'\($0)'" }.joined(separator: ", ")
    }
  }
}
