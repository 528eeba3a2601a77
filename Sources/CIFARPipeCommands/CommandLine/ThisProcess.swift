import CBuild
import CIFAR
import InputPipeline
import Platform
import SystemPackage
import TarArchive

/// What the process runs, and its age, processor time and memory.
enum ThisProcess {
  static let version = "0.1.0"

  /// What `--version` prints: the version on a line of its own, then a name and a value a line.
  static var versionText: String {
    let commit = String(cString: cp_commit())
    return """
      \(version)
      commit \(commit.isEmpty ? "unknown" : commit)
      zlib \(GzipWriter.libraryVersion)
      vectors \(VectorInstructions.name)
      """
  }

  /// When ``begin()`` was called, and the processor time that the process had used by then.
  ///
  /// Before its first line a process does nothing but load: its processor time stands for the time since exec,
  /// which the kernel itself tells only in hundredths of a second.
  private static let entry = (instant: ContinuousClock.now, used: processorTime)

  /// Notes the time; the first line of the program.
  static func begin() {
    _ = entry
  }

  /// What any command takes beside the records, in bytes; Swift ends a process that gets no memory for something small.
  private static let leastMemory = 32 << 20

  /// Checks that a command can run at all within the limits of the process.
  ///
  /// - Throws: ``CommandError/tooLittleMemory(_:least:)``.
  static func requireMemory() throws(CommandError) {
    guard let atHand = MemoryAtHand.ofProcess else { return }
    guard atHand.byteCount >= leastMemory else { throw .tooLittleMemory(atHand, least: leastMemory) }
    // For each thread malloc would reserve 64 MiB of addresses.
    cp_use_one_heap()
  }

  /// The time since the process began.
  static var age: Duration { entry.instant.duration(to: .now) + entry.used }

  /// The processor time of all threads so far.
  static var processorTime: Duration { time(of: CLOCK_PROCESS_CPUTIME_ID) }

  /// The processor time of this thread so far.
  static var threadTime: Duration { time(of: CLOCK_THREAD_CPUTIME_ID) }

  private static func time(of clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// The most memory that the process has occupied, in bytes.
  ///
  /// The corresponding C function is `getrusage`.
  static var peakResidentBytes: Int { Int(cp_peak_resident_bytes()) }

  /// Lets the peak begin anew with the memory that is occupied now.
  ///
  /// Source: proc_pid_clear_refs(5), value 5.
  static func resetPeak() {
    // Without the right to do so a greater peak is reported, that of the whole process, which is true as well.
    guard let file = try? FileDescriptor.open("/proc/self/clear_refs", .writeOnly) else { return }
    _ = try? file.closeAfter { try file.writeAll("5".utf8) }
  }
}

extension Duration {
  /// The duration in seconds, for reports.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
