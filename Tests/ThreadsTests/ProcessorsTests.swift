import Testing

@testable import Threads

@Suite("Processors at hand")
struct ProcessorsTests {
  /// The files of a system with 64 processors, and how many of them a process keeps at work.
  struct System: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    let expected: Int
  }

  static let systems = [
    System(testDescription: "nothing can be read", files: [:], expected: 64),
    System(
      testDescription: "a container that may use the time of two",
      files: ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n"], expected: 2),
    System(
      testDescription: "a part of a processor counts as one",
      files: ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "250000 100000\n"], expected: 3),
    System(
      testDescription: "less than one is one",
      files: ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "1000 100000\n"], expected: 1),
    System(
      testDescription: "more than there are is as many as there are",
      files: ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "9900000 100000\n"], expected: 64),
    System(
      testDescription: "the limit of a group around it holds as well",
      files: [
        "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/a/cpu.max": "400000 100000\n",
      ], expected: 4),
    System(
      testDescription: "a group of the first version",
      files: [
        "/proc/self/cgroup": "4:memory:/m\n3:cpu,cpuacct:/c\n",
        "/sys/fs/cgroup/cpu/c/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu/c/cpu.cfs_period_us": "50000\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ], expected: 3),
    System(
      testDescription: "words that are no numbers, and a period of nothing, are no limit",
      files: [
        "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/cpu.max": "nan inf\n",
        "/sys/fs/cgroup/cpu.max": "1000 0\n",
      ], expected: 64),
  ]

  @Test("the narrowest limit counts", arguments: systems)
  func limits(system: System) {
    #expect(Processors.count(online: 64, reading: { system.files[$0] }) == system.expected)
  }

  @Test("this machine has at least one")
  func current() { #expect(Processors.count >= 1) }
}
