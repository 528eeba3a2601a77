import SystemPackage

/// The greatest memory of the process, counted anew for each result of a sweep.
enum PeakMemory {
  /// Lets the peak begin with the memory that is occupied now.
  ///
  /// Without the right to do so the peak stays that of the whole process.
  /// Source: proc_pid_clear_refs(5), value 5.
  static func reset() {
    // Without it a greater peak is reported, which is true as well.
    guard let file = try? FileDescriptor.open("/proc/self/clear_refs", .writeOnly) else { return }
    _ = try? file.closeAfter { try file.writeAll("5".utf8) }
  }
}
