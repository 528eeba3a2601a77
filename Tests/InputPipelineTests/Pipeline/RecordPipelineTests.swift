import PipeTestSupport
import Testing

@testable import InputPipeline

@Suite("A record pipeline", .timeLimit(.minutes(2)))
struct RecordPipelineTests {
  /// Options with small queues, so that all of them fill and drain many times.
  private func options(
    _ order: RecordPipelineOptions.Order, threads: Int = 2,
    change: (inout RecordPipelineOptions) -> Void = { _ in }
  ) -> RecordPipelineOptions {
    var options = RecordPipelineOptions()
    options.batchSize = 7
    options.threads = threads
    options.order = order
    options.seed = 11
    options.epochs = 3
    change(&options)
    return options
  }

  static let orders: [RecordPipelineOptions.Order] = [
    .asStored, .shuffled(minAfterDequeue: 20, capacity: 48), .shuffled(minAfterDequeue: 0, capacity: 7),
    .shuffled(minAfterDequeue: 1000, capacity: 2000),
  ]

  @Test("delivers every record exactly once in each epoch", arguments: orders, [1 << 30, 0])
  func everyRecordOnce(_ order: RecordPipelineOptions.Order, memoryLimit: Int) throws {
    let delivered = try batches(of: [600, 1, 40], options(order) { $0.memoryLimit = memoryLimit })

    for epoch in 0..<3 {
      let own = delivered.filter { $0.entry.epoch == epoch }
      #expect(own.flatMap(\.numbers).sorted() == Array(0..<641))
      #expect(own.flatMap(\.epochs).allSatisfy { $0 == Int32(epoch) })
      #expect(own.map(\.numbers.count) == Array(repeating: 7, count: 91) + [4])
    }
    #expect(delivered.map(\.entry.number) == Array(0..<276))
  }

  @Test("delivers the records in the order of the parts without shuffling")
  func asStored() throws {
    let delivered = try batches(of: [10, 20], options(.asStored) { $0.epochs = 2 })

    #expect(delivered.flatMap(\.numbers) == Array(0..<30) + Array(0..<30))
  }

  @Test(
    "delivers the same bytes for any number of threads, resident or streamed",
    arguments: orders, [false, true])
  func anyNumberOfThreads(_ order: RecordPipelineOptions.Order, blends: Bool) throws {
    let expected = try batches(of: [300, 41], options(order, threads: 1) { $0.blendsEpochs = blends })

    for threads in [2, 3, 8, 16] {
      for memoryLimit in [1 << 30, 0] {
        let delivered = try batches(
          of: [300, 41],
          options(order, threads: threads) {
            $0.blendsEpochs = blends
            $0.memoryLimit = memoryLimit
          })
        #expect(delivered == expected, "\(threads) threads, memory limit \(memoryLimit)")
      }
    }
  }

  @Test(
    "delivers the same bytes for any capacity, resident or streamed", arguments: [0, 1, 20, 1000],
    [false, true])
  func anyCapacity(minimum: Int, blends: Bool) throws {
    func delivered(capacity: Int, memoryLimit: Int) throws -> [NumberedBatch] {
      try batches(
        of: [300, 41],
        options(.shuffled(minAfterDequeue: minimum, capacity: capacity)) {
          $0.blendsEpochs = blends
          $0.memoryLimit = memoryLimit
        })
    }
    let expected = try delivered(capacity: minimum + 7, memoryLimit: 1 << 30)

    for extra in [8, 14, 20, 100, 5000] {
      for memoryLimit in [0, 1 << 30] {
        #expect(try delivered(capacity: minimum + extra, memoryLimit: memoryLimit) == expected, "\(extra)")
      }
    }
  }

  @Test(
    "has its first batch when the records of the minimum and a batch are read, whatever the capacity",
    arguments: [27, 48, 5000], [20, nil])
  func firstBatch(capacity: Int, minimum: Int?) throws {
    let gate = Gate()
    let needed = (minimum ?? 0) + 7
    let source = NumberedRecords(first: 0, recordCount: 900) { range in
      if range.upperBound > needed { gate.wait() }
    }
    let pipeline = try RecordPipeline(
      RecordCollection(recordLength: NumberedRecords.length, parts: [.init(name: "a", source: source)]),
      transform: CopyTransform(),
      options: options(minimum.map { .shuffled(minAfterDequeue: $0, capacity: capacity) } ?? .asStored) {
        $0.memoryLimit = 0
      })
    try pipeline.start()

    let first = try pipeline.next()

    #expect(first?.records.allSatisfy { $0.record < needed } == true)
    gate.open()
    try pipeline.finish()
  }

  @Test("has its first batch from records that stay in memory when little more than it needs is read")
  func firstBatchResident() throws {
    let gate = Gate()
    let source = NumberedRecords(first: 0, recordCount: 9000) { range in
      if range.upperBound > 1000 + 7 + 128 { gate.wait() }
    }
    let pipeline = try RecordPipeline(
      RecordCollection(recordLength: NumberedRecords.length, parts: [.init(name: "a", source: source)]),
      transform: CopyTransform(), options: options(.shuffled(minAfterDequeue: 1000)))

    #expect(try pipeline.next() != nil)

    gate.open()
    try pipeline.finish()
  }

  @Test("has another order for each epoch and for each seed")
  func fresh() throws {
    let shuffled = RecordPipelineOptions.Order.shuffled(minAfterDequeue: 100, capacity: 200)
    let delivered = try batches(of: [100], options(shuffled))
    let other = try batches(of: [100], options(shuffled) { $0.seed = 12 })

    let epochs = (0..<3).map { epoch in
      delivered.filter { $0.entry.epoch == epoch }.flatMap(\.numbers)
    }
    #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
    #expect(delivered != other)
  }

  @Test("mixes neighbouring epochs when it blends them, and loses nothing")
  func blending() throws {
    let delivered = try batches(
      of: [50], options(.shuffled(minAfterDequeue: 30, capacity: 60)) { $0.blendsEpochs = true })

    #expect(delivered.flatMap(\.numbers).sorted() == (0..<150).map { UInt64($0 / 3) })
    #expect(delivered.contains { Set($0.epochs).count > 1 })
  }

  @Test("drops the short batch of every epoch when asked to")
  func dropping() throws {
    let delivered = try batches(of: [30], options(.asStored) { $0.dropsRemainder = true })

    #expect(delivered.map(\.numbers.count) == Array(repeating: 7, count: 12))
    #expect(delivered.filter { $0.entry.epoch == 2 }.flatMap(\.numbers) == Array(0..<28))
  }

  @Test("ends after a number of batches although there is no end of epochs")
  func batchLimit() throws {
    let delivered = try batches(
      of: [30],
      options(.shuffled(minAfterDequeue: 10, capacity: 20)) { options in
        options.epochs = nil
        options.batches = 11
      })

    #expect(delivered.count == 11)
  }

  @Test("serves a second run from the memory of the first")
  func sharedStore() throws {
    let store = try ResidentRecordStore(NumberedRecords.collection([300, 41]))
    let first = try batches(of: [], options(.asStored), store: store)
    let second = try batches(of: [], options(.asStored), store: store)

    #expect(first == second)
  }

  @Test("reports the error of a source, once, and ends")
  func sourceError() throws {
    let records = try RecordCollection(
      recordLength: NumberedRecords.length,
      parts: [
        .init(name: "a", source: NumberedRecords(first: 0, recordCount: 900, failing: (600, Failure())))
      ])
    let pipeline = try RecordPipeline(records, transform: CopyTransform(), options: options(.asStored))
    try pipeline.start()

    #expect(throws: Failure.self) { while try pipeline.next() != nil {} }
    #expect(throws: Failure.self) { try pipeline.finish() }
  }

  @Test("reports the error of a transform, once, and ends", arguments: [1, 4])
  func transformError(threads: Int) throws {
    let transform = CopyTransform { records in
      if records.contains(where: { $0.record == 123 }) { throw Failure() }
    }
    let pipeline = try RecordPipeline(
      NumberedRecords.collection([300]), transform: transform, options: options(.asStored, threads: threads))
    try pipeline.start()

    #expect(throws: Failure.self) { while try pipeline.next() != nil {} }
    #expect(throws: Failure.self) { try pipeline.finish() }
  }

  @Test("can be stopped while queues are full and all stages wait", arguments: [1 << 30, 0])
  func stopping(memoryLimit: Int) throws {
    let pipeline = try RecordPipeline(
      NumberedRecords.collection([3000]), transform: CopyTransform(),
      options: options(.shuffled(minAfterDequeue: 10, capacity: 20)) {
        $0.epochs = nil
        $0.memoryLimit = memoryLimit
      })
    try pipeline.start()
    #expect(try pipeline.next() != nil)

    pipeline.stop()

    #expect(throws: RecordPipelineError.stopped) { while try pipeline.next() != nil {} }
    try pipeline.finish()
  }

  @Test("can be stopped before its start")
  func stoppedBeforeStart() throws {
    let pipeline = try RecordPipeline(
      NumberedRecords.collection([300]), transform: CopyTransform(), options: options(.asStored))

    pipeline.stop()

    #expect(throws: RecordPipelineError.stopped) { try pipeline.next() }
    try pipeline.finish()
  }

  @Test("that is finished before its end tells so, and after its end tells the end")
  func finishedElsewhere() throws {
    func pipeline() throws -> RecordPipeline {
      try RecordPipeline(
        NumberedRecords.collection([70]), transform: CopyTransform(), options: options(.asStored))
    }
    let cut = try pipeline()
    let whole = try pipeline()
    #expect(try cut.next() != nil)
    while try whole.next() != nil {}

    for pipeline in [cut, whole] { #expect(Background { try? pipeline.finish() }.value != nil) }

    #expect(throws: RecordPipelineError.stopped) { try cut.next() }
    #expect(try whole.next() == nil)
  }

  @Test("delivers everything in a for loop, and its error at the finish")
  func sequence() throws {
    let whole = try RecordPipeline(
      NumberedRecords.collection([70]), transform: CopyTransform(), options: options(.asStored))
    let failing = try RecordPipeline(
      NumberedRecords.collection([70]), transform: CopyTransform { _ in throw Failure() },
      options: options(.asStored))

    #expect(whole.map(\.entry.number) == Array(0..<30))
    #expect(failing.map(\.entry.number) == [])

    try whole.finish()
    #expect(throws: Failure.self) { try failing.finish() }
  }

  @Test("delivers everything to a task, and the error or the stop that ends it early")
  func tasks() async throws {
    let whole = try RecordPipeline(
      NumberedRecords.collection([70]), transform: CopyTransform(), options: options(.asStored))
    let failing = try RecordPipeline(
      NumberedRecords.collection([70]), transform: CopyTransform { _ in throw Failure() },
      options: options(.asStored))
    let stopped = try RecordPipeline(
      NumberedRecords.collection([70]), transform: CopyTransform(), options: options(.asStored))
    stopped.stop()
    var numbers: [Int] = []

    for try await batch in whole.batches { numbers.append(batch.entry.number) }

    #expect(numbers == Array(0..<30))
    await #expect(throws: Failure.self) { for try await _ in failing.batches {} }
    await #expect(throws: RecordPipelineError.stopped) { for try await _ in stopped.batches {} }
  }

  @Test("ends its threads when it is dropped in the middle, without a wait")
  func dropped() throws {
    /// Opens its gate when the last stage has let go of it.
    final class Farewell: Sendable {
      let gate = Gate()
      deinit { gate.open() }
    }
    let gate: Gate
    do {
      let farewell = Farewell()
      gate = farewell.gate
      let pipeline = try RecordPipeline(
        NumberedRecords.collection([3000]), transform: CopyTransform { [farewell] _ in _ = farewell.gate },
        options: options(.asStored) { $0.epochs = nil })
      #expect(try pipeline.next() != nil)
    }

    gate.wait()
  }

  @Test("names the stage that hangs once the stall limit has passed, and goes on telling it")
  func stalling() throws {
    let gate = Gate()
    let shuffled = RecordPipelineOptions.Order.shuffled(minAfterDequeue: 20)
    let source = NumberedRecords(first: 0, recordCount: 900) { range in
      if range.upperBound > 26 { gate.wait() }
    }
    let hanging: [(stage: String, pipeline: RecordPipeline)] = try [
      (
        "workers",
        RecordPipeline(
          NumberedRecords.collection([7]), transform: CopyTransform { _ in gate.wait() },
          options: options(.asStored, threads: 3) {
            $0.epochs = 1
            $0.stallLimit = .milliseconds(200)
          })
      ),
      (
        "reader",
        RecordPipeline(
          RecordCollection(recordLength: NumberedRecords.length, parts: [.init(name: "a", source: source)]),
          transform: CopyTransform(),
          options: options(shuffled) {
            $0.memoryLimit = 0
            $0.stallLimit = .milliseconds(200)
          })
      ),
    ]

    for (stage, pipeline) in hanging {
      let stall = RecordPipelineError.stalled(stage: stage, limit: .milliseconds(200))
      #expect(throws: stall) { try pipeline.next() }
      #expect(throws: stall) { try pipeline.next() }
    }
    gate.open()
    for (stage, pipeline) in hanging {
      #expect(throws: RecordPipelineError.stalled(stage: stage, limit: .milliseconds(200))) {
        try pipeline.finish()
      }
    }
  }

  @Test("ends the threads that were started when the system refuses the next one", arguments: 0..<5)
  func refusedThread(_ refused: Int) throws {
    let starter = ThreadStarter.failing(after: refused)
    weak var store: ResidentRecordStore?
    do {
      let own = try ResidentRecordStore(NumberedRecords.collection([300]))
      store = own
      let pipeline = try RecordPipeline(
        own.records, transform: CopyTransform(), options: options(.asStored), store: own)

      let refusal = try #require(throws: ThreadError.self) { try pipeline.start(with: starter) }
      #expect(throws: refusal) { try pipeline.finish() }
    }

    // A thread that still ran would hold the records.
    #expect(store == nil)
  }

  @Test("refuses a shuffle queue that could never deliver")
  func refusals() throws {
    let order = RecordPipelineOptions.Order.shuffled(minAfterDequeue: 20, capacity: 26)

    #expect(
      throws: QueueError.poolAboveCapacity(queue: "shuffle", minAfterDequeue: 20, batchSize: 7, capacity: 26)
    ) {
      try RecordPipeline(
        NumberedRecords.collection([300]), transform: CopyTransform(), options: options(order))
    }
    #expect(throws: RecordPipelineError.noRecords) {
      try RecordPipeline(
        NumberedRecords.collection([]), transform: CopyTransform(), options: options(.asStored))
    }
  }

  private struct Failure: Error {}
}
