import Platform
import FileSupport
import SystemPackage
import Threads

/// What all programs together have used of the processors that this one may use.
enum ProcessorUse {
  /// The time so far, all those processors added up; `nil` where the system does not tell.
  ///
  /// Source: proc_stat(5). Time that the host gave to other machines counts as used.
  static var busy: Duration? {
    SystemText.read("/proc/stat").flatMap { text in
      busy(in: text) { cp_may_use_processor(Int32(clamping: $0)) != 0 }
    }
  }

  /// The sum over the lines of processors that `isAllowed` takes.
  static func busy(in text: String, where isAllowed: (Int) -> Bool) -> Duration? {
    var ticks: Int?
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user and nice.
      guard words.count >= 9, words[0].hasPrefix("cpu"), let number = Int(words[0].dropFirst(3)),
        isAllowed(number)
      else { continue }
      let times = words[1...8].map { Int($0) ?? 0 }
      ticks = (ticks ?? 0) + times.reduce(0, +) - times[3] - times[4]
    }
    return ticks.map { .seconds($0) / max(1, sysconf(Int32(_SC_CLK_TCK))) }
  }
}
