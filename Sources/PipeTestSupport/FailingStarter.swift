import SystemPackage
import Threads

extension ThreadStarter {
  /// A way to start threads that works `count` times and is then refused, as by the system's limit.
  public static func failing(after count: Int) -> ThreadStarter {
    let left = Monitor(count)
    return ThreadStarter { (name, stackSize, main) throws(Errno) in
      let isAllowed = left.withLock { left in
        left -= 1
        return left >= 0
      }
      guard isAllowed else { throw .resourceTemporarilyUnavailable }
      return try ThreadStarter.system.start(name, stackSize, main)
    }
  }
}
