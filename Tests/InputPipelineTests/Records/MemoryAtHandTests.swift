import Testing

@testable import InputPipeline

@Suite("Memory at hand")
struct MemoryAtHandTests {
  private static let machine = "MemTotal: 9000 kB\nMemAvailable:    4000 kB\nSwapFree: 1000 kB\n"

  /// The files of a system, and what they say.
  struct System: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var files: [String: String]
    var limits = ProcessLimits()
    let expected: MemoryAtHand?
  }

  static let systems = [
    System(testDescription: "nothing can be read", files: [:], expected: nil),
    System(
      testDescription: "the machine, what can be swapped out included", files: ["/proc/meminfo": machine],
      expected: MemoryAtHand(byteCount: 5000 << 10, bound: .machine)),
    System(
      testDescription: "a group of the second version, file pages apart, and the limits of those around it",
      files: [
        "/proc/meminfo": machine, "/proc/self/cgroup": "0::/a/b\n",
        "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "10\n",
        "/sys/fs/cgroup/a/memory.max": "1000000\n", "/sys/fs/cgroup/a/memory.current": "600000\n",
        "/sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 200000\n",
      ], expected: MemoryAtHand(byteCount: 600_000, bound: .group)),
    System(
      testDescription: "a container sees its own group as the root",
      files: [
        "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "5000\n",
        "/sys/fs/cgroup/memory.current": "9000\n",
      ], expected: MemoryAtHand(byteCount: 0, bound: .group)),
    System(
      testDescription: "a group of the first version",
      files: [
        "/proc/self/cgroup": "5:cpu:/x\n4:memory:/c\n0::/\n",
        "/sys/fs/cgroup/memory/c/memory.limit_in_bytes": "8192\n",
        "/sys/fs/cgroup/memory/c/memory.usage_in_bytes": "4096\n",
      ], expected: MemoryAtHand(byteCount: 4096, bound: .group)),
    System(
      testDescription: "the address space of the process",
      files: ["/proc/meminfo": machine, "/proc/self/statm": "100 50 9 9 0 40 0\n"],
      limits: ProcessLimits(addressSpace: 1 << 20, data: 1 << 30),
      expected: MemoryAtHand(byteCount: 1 << 20 - 100 << 12, bound: .process)),
    System(
      testDescription: "its data; without /proc nothing is known to be taken", files: [:],
      limits: ProcessLimits(data: 7000), expected: MemoryAtHand(byteCount: 7000, bound: .process)),
  ]

  @Test("the narrowest bound counts", arguments: systems)
  func narrowest(system: System) {
    #expect(MemoryAtHand(reading: { system.files[$0] }, limits: system.limits) == system.expected)
  }

  @Test("this machine tells something")
  func current() throws {
    let found = try #require(MemoryAtHand.current)
    #expect(found.byteCount > 1 << 20)
  }

  @Test("a region beyond what is at hand is refused")
  func region() {
    #expect(throws: MemoryError.refused(byteCount: 1 << 46)) { try MemoryRegion(byteCount: 1 << 46) }
  }
}

@Suite("The memory of a pipeline")
struct PipelineMemoryTests {
  private func memory(
    exampleLength: Int = 100, _ change: (inout RecordPipelineOptions) -> Void = { _ in }
  ) throws -> PipelineMemory {
    var options = RecordPipelineOptions(batchSize: 10, threads: 2)
    change(&options)
    return try PipelineMemory(
      options, options.schedule(recordCount: 50), records: 1000, exampleLength: exampleLength)
  }

  @Test("the batches are those of the workers, those that wait, and the consumer's")
  func batches() throws {
    #expect(try memory().batches == 7 * 10 * 100)
  }

  @Test("a batch is no longer than an epoch, and no more of them are there than come")
  func fewRecords() throws {
    #expect(try memory { $0.batchSize = 1 << 20 }.batches == 7 * 50 * 100)
    #expect(try memory { ($0.batchSize, $0.batches) = (1 << 20, 1) }.batches == 50 * 100)
  }

  @Test("a queue holds no more records than come, nor than it has room for")
  func queues() throws {
    #expect(try memory { $0.epochs = 1 }.recordsUnderway == 60)
    #expect(try memory { $0.epochs = 1_000_000 }.recordsUnderway == (try memory().recordsUnderway))
  }

  @Test("sums that no number holds end at the greatest")
  func overflow() throws {
    let huge = try memory(exampleLength: .max / 2)
    #expect(huge.batches == .max)
    #expect(huge.total == .max)
  }

  @Test("the limit and what is at hand decide where records lie")
  func budget() throws {
    let memory = try memory()
    let (total, limitless) = (memory.total, MemoryBudget(limit: nil, atHand: nil))
    #expect(limitless.allowsResident(memory))
    #expect(!MemoryBudget(limit: 0, atHand: nil).allowsResident(memory))
    #expect(MemoryBudget(limit: total, atHand: nil).allowsResident(memory))
    #expect(!MemoryBudget(limit: total - 1, atHand: nil).allowsResident(memory))
    let scarce = MemoryAtHand(byteCount: total - 1, bound: .machine)
    #expect(!MemoryBudget(limit: nil, atHand: scarce).allowsResident(memory))

    try MemoryBudget(limit: 0, atHand: nil).check(memory)
    #expect(throws: MemoryError.beyondLimit(memory, limit: total - 1)) {
      try MemoryBudget(limit: total - 1, atHand: nil).check(memory)
    }
    #expect(throws: MemoryError.beyondReach(memory, atHand: scarce)) {
      try MemoryBudget(limit: nil, atHand: scarce).check(memory)
    }
    try MemoryBudget(limit: nil, atHand: scarce).check(memory, taken: 1)
  }
}
