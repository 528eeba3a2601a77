import Platform
import SystemPackage

/// How threads come to life; a test puts another way in its place, such as one that fails.
public struct ThreadStarter: Sendable {
  /// Starts `main` on a new, joinable thread with a kernel name and a stack size in bytes.
  public typealias Start =
    @Sendable (_ kernelName: String, _ stackSize: Int, _ main: @escaping @Sendable () -> Void)
    throws(Errno) -> pthread_t

  /// The way itself.
  public let start: Start

  /// Starts threads as `start` does.
  public init(_ start: @escaping Start) {
    self.start = start
  }

  /// The system's threads.
  ///
  /// The corresponding C function is `pthread_create`.
  public static let system = ThreadStarter { (name, stackSize, main) throws(Errno) in
    let start = Unmanaged.passRetained(
      Box {
        _ = cp_thread_set_name(name)
        main()
      })
    let started = cp_thread_start(
      stackSize,
      { argument in
        Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().main()
        return nil
      }, start.toOpaque())
    guard started.failure == 0 else {
      start.release()
      throw Errno(rawValue: started.failure)
    }
    return started.thread
  }

  /// Carries a closure through the C interface.
  private final class Box: Sendable {
    let main: @Sendable () -> Void

    init(_ main: @escaping @Sendable () -> Void) {
      self.main = main
    }
  }
}

/// Why a set of threads could not be started, or not be brought to an end.
public enum ThreadError: Error, Equatable, Sendable {
  /// The system refused a new thread; mostly `EAGAIN`, the limit of threads or memory.
  case cannotStart(thread: String, errno: Errno)
  /// These threads of a coordinator were still running at the end of the grace period of its join.
  case stillRunning(threads: [String])
  /// These threads of a coordinator had not been started when its join ended: their work was never done.
  case neverStarted(threads: [String])
}

extension ThreadError: CustomStringConvertible {
  /// One line: the threads, and what is wrong.
  public var description: String {
    switch self {
    case .cannotStart(let thread, let errno): "thread '\(thread)': cannot be started: \(errno)"
    case .stillRunning(let threads):
      "coordinator: threads still run after the grace period: \(Self.list(threads))"
    case .neverStarted(let threads): "coordinator: threads were never started: \(Self.list(threads))"
    }
  }

  private static func list(_ threads: [String]) -> String {
    threads.map { "'\($0)'" }.joined(separator: ", ")
  }
}
