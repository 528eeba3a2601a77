import CSystemCalls
import Glibc
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
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    let refusal = pthread_attr_setstacksize(&attributes, stackSize)
    guard refusal == 0 else { throw Errno(rawValue: refusal) }

    let start = Unmanaged.passRetained(
      Box {
        _ = cp_thread_set_name(pthread_self(), name)
        main()
      })
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().main()
        return nil
      }, start.toOpaque())
    guard failure == 0 else {
      start.release()
      throw Errno(rawValue: failure)
    }
    return thread
  }

  /// Carries a closure through the C interface.
  private final class Box: Sendable {
    let main: @Sendable () -> Void

    init(_ main: @escaping @Sendable () -> Void) {
      self.main = main
    }
  }
}
