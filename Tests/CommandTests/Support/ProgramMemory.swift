import Platform
import PipeTestSupport
import SystemPackage
import Threads

/// The most memory that a running program has had, looked up every few milliseconds until it ends.
final class ProgramMemory {
  private let watch: Monitor<(peak: Int, isOver: Bool)>
  private let watcher: Background<Void>

  /// Watches a process that was just started.
  init(of process: pid_t) {
    let watch = Monitor((peak: 0, isOver: false))
    self.watch = watch
    watcher = Background {
      while !watch.withLock({ $0.isOver }), let peak = Self.peak(of: process) {
        watch.withLock { $0.peak = peak }
        usleep(2000)
      }
    }
  }

  /// The largest resident set so far, in bytes; ends the watch.
  var byteCount: Int {
    watch.withLock { state in
      state.isOver = true
      return state.peak
    }
  }

  /// `VmHWM` of the program; `nil` once it has ended.
  ///
  /// Unlike `ru_maxrss` it begins anew with each program, so that the memory of the test does not count.
  private static func peak(of process: pid_t) -> Int? {
    let text = FileBytes.text(FilePath("/proc/\(process)/status")) ?? ""
    return text.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }.map { $0 * 1024 }
  }
}
