import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A record reader", .timeLimit(.minutes(1)))
struct RecordReaderTests {
  private let scratch = ScratchDirectory("reader")

  /// Files named a, b, c, … with these contents.
  private func files(_ contents: [String]) -> [FilePath] {
    zip("abcdefgh", contents).map { scratch.write(Array($1.utf8), to: String($0)) }
  }

  private func reader(recordLength: Int = 1) throws -> FixedLengthRecordReader {
    FixedLengthRecordReader(try RecordWindow(recordLength: recordLength))
  }

  /// Calls `readUpTo` to the end of input and returns the number of records of each call.
  private func batchSizes<Format: RecordFormat>(
    _ reader: RecordReader<Format>, upTo count: Int, of names: [FilePath]
  ) throws -> [Int] {
    let queue = try closedQueue(of: names)
    var sizes: [Int] = []
    while let records = try reader.readUpTo(count, from: queue) { sizes.append(records.count) }
    return sizes
  }

  @Test("reads one record at a time and goes on to the next name by itself (6.1)")
  func goesOn() throws {
    let reader = try reader()

    let lines = try reader.readAll(from: closedQueue(of: files(["xy", "", "z"])))

    #expect(lines == ["a:0=x", "a:1=y", "c:0=z"])
  }

  @Test("a read waits for a name (6.1)")
  func waitsForName() throws {
    let reader = try reader()
    let names = FIFOQueue<FilePath>(name: "names", capacity: 1)
    let log = EventLog()
    let thread = PipelineThread(name: "reading") {
      #expect(throws: Never.self) { log.add(try reader.read(from: names).map(reader.line) ?? "end") }
    }
    try thread.start()

    try names.enqueue(files(["x"])[0])
    thread.join()

    #expect(log.all == ["a:0=x"])
  }

  @Test("the end of the names is the end of input, again and again (6.2)")
  func endOfInput() throws {
    let reader = try reader()
    let names = try closedQueue(of: [])

    #expect(try reader.read(from: names) == nil)
    #expect(try reader.readUpTo(3, from: names) == nil)
  }

  @Test("a name that cannot be opened is used up, and the next read goes on behind it (6.3)")
  func missingFile() throws {
    let reader = try reader()
    let missing = scratch.path.appending("missing")
    let names = try closedQueue(of: [missing] + files(["x"]))

    #expect(throws: ReaderError.cannotOpen(missing, .noSuchFileOrDirectory)) {
      try reader.read(from: names)
    }
    #expect(reader.workUnitsCompleted == 0)
    #expect(try reader.readAll(from: names) == ["a:0=x"])
    #expect(reader.workUnitsCompleted == 1)
  }

  @Test("several records at a time never come from two files (6.4)")
  func neverSpansFiles() throws {
    let five = ["12345", "12345"]

    #expect(try batchSizes(reader(), upTo: 2, of: files(five)) == [2, 2, 1, 2, 2, 1])
    #expect(try batchSizes(reader(), upTo: 5, of: files(five)) == [5, 5])
    #expect(try batchSizes(reader(), upTo: 9, of: files(["", "1", "", "123", ""])) == [1, 3])
  }

  @Test("readers of one record per file give one at a time, whatever is asked for (6.5)")
  func oneRecordPerFile() throws {
    let names = files(["x", "", "z"])

    #expect(try batchSizes(WholeFileReader(), upTo: 10, of: names) == [1, 1, 1])
    #expect(try batchSizes(IdentityReader(), upTo: 10, of: names) == [1, 1, 1])
  }

  @Test("a file counts as completed when its end is noticed, by the read after its last record (6.6)")
  func counts() throws {
    let reader = try reader()
    let names = try closedQueue(of: files(["xy", "z"]))
    var counts: [[Int]] = []

    for _ in 1...4 {
      _ = try reader.read(from: names)
      counts.append([reader.recordsProduced, reader.workUnitsCompleted])
    }

    #expect(counts == [[1, 0], [2, 0], [3, 1], [3, 2]])
  }

  @Test("a file that is one record counts as completed at once (6.6)")
  func countsOfWholeFiles() throws {
    let reader = WholeFileReader()
    let names = try closedQueue(of: files(["x"]))

    _ = try reader.read(from: names)

    #expect([reader.recordsProduced, reader.workUnitsCompleted] == [1, 1])
  }

  @Test("reset drops the file in progress and the counts, and leaves the names alone (6.7)")
  func reset() throws {
    let reader = try reader()
    let names = try closedQueue(of: files(["xyz", "w"]))
    _ = try reader.read(from: names)

    reader.reset()

    #expect([reader.recordsProduced, reader.workUnitsCompleted] == [0, 0])
    #expect(try reader.readAll(from: names) == ["b:0=w"])
    #expect([reader.recordsProduced, reader.workUnitsCompleted] == [1, 1])
  }

  @Test("counts and reset do not wait behind a read that waits for a name (6.9)")
  func countsDuringWait() throws {
    let reader = try reader()
    let names = FIFOQueue<FilePath>(name: "names", capacity: 2)
    try names.enqueue(files(["x"])[0])
    _ = try reader.read(from: names)
    let thread = PipelineThread(name: "reading") {
      #expect(throws: Never.self) { try reader.read(from: names) }
    }
    try thread.start()
    // The second read notices the end of the file just before it waits for a name.
    while reader.workUnitsCompleted < 1 { sched_yield() }

    #expect(reader.recordsProduced == 1)
    reader.reset()
    #expect(reader.workUnitsCompleted == 0)

    names.close()
    thread.join()
  }

  @Test(
    "a read under way during a reset delivers its record, uncounted, and nothing of its file follows (6.7)")
  func resetDuringRead() throws {
    let reader = try reader()
    let names = FIFOQueue<FilePath>(name: "names", capacity: 2)
    let paths = files(["x", "yz"])
    try names.enqueue(paths[0])
    _ = try reader.read(from: names)
    let log = EventLog()
    let thread = PipelineThread(name: "reading") {
      #expect(throws: Never.self) { log.add(try reader.read(from: names).map(reader.line) ?? "end") }
    }
    try thread.start()
    while reader.workUnitsCompleted < 1 { sched_yield() }

    reader.reset()
    try names.enqueue(paths[1])
    thread.join()
    names.close()

    #expect(log.all == ["b:0=y"])
    #expect(reader.recordsProduced == 0)
    #expect(try reader.read(from: names) == nil)
  }

  @Test("records read before an error come first, and the error with the next read (6.4)")
  func errorAfterRecords() throws {
    let reader = TextLineReader(maximumLineLength: 2)
    let paths = files(["1\n2\n333\n4\n", "5\n"])
    let names = try closedQueue(of: paths)

    #expect(try reader.readUpTo(5, from: names)?.map(reader.line) == ["a:1=1", "a:2=2"])
    #expect(throws: ReaderError.lineTooLong(paths[0], line: 3, maximum: 2)) {
      try reader.readUpTo(5, from: names)
    }
    #expect(try reader.readAll(from: names) == ["b:1=5"])
  }

  @Test("several threads read each record once (1.8)")
  func severalThreads() throws {
    let reader = try reader(recordLength: 2)
    let content = String(repeating: "xy", count: 300)
    let names = try closedQueue(of: files([content, content, content]))
    let log = EventLog()
    let start = Gate()
    let threads = (0..<4).map { number in
      PipelineThread(name: "reading-\(number)") {
        start.wait()
        #expect(throws: Never.self) {
          while let record = try reader.read(from: names) { log.add(reader.line(record)) }
        }
      }
    }

    for thread in threads { try thread.start() }
    start.waitForArrivals(4)
    start.open()
    for thread in threads { thread.join() }

    #expect(log.all.count == 900)
    #expect(Set(log.all).count == 900)
    #expect([reader.recordsProduced, reader.workUnitsCompleted] == [900, 3])
  }
}
