import PipeTestSupport
import Testing
import Threads

@testable import InputPipeline

@Suite("A pipeline with slots", .timeLimit(.minutes(1)))
struct BatchSlotsTests {
  private static let sizes = [100, 41]

  private static func options(threads: Int) -> RecordPipelineOptions {
    .init(batchSize: 7, threads: threads, order: .shuffled(minAfterDequeue: 20), seed: 11, epochs: 3)
  }

  /// Slots of 128 bytes, behind a header of 64.
  private static func slots(
    _ count: Int, beforeTaking: @escaping @Sendable () -> Void = {},
    whenEmpty: @escaping @Sendable () -> Void = {}
  ) throws -> (slots: BatchSlots, region: MemoryRegion) {
    let region = try MemoryRegion(byteCount: 64 + count * 128)
    let slots = BatchSlots(
      count, in: region, offset: 64, stride: 128, labelsOffset: 64, beforeTaking: beforeTaking,
      whenEmpty: whenEmpty)
    return (slots, region)
  }

  private static func pipeline(_ options: RecordPipelineOptions, _ slots: BatchSlots) throws -> RecordPipeline
  {
    try RecordPipeline(
      NumberedRecords.collection(sizes), transform: CopyTransform(), options: options, slots: slots)
  }

  @Test(
    "delivers the same batches, with a consumer that always keeps one, down to two slots",
    arguments: [1, 2, 5], [2, 3, 8])
  func same(threads: Int, count: Int) throws {
    let options = Self.options(threads: threads)
    let expected = try batches(of: Self.sizes, options)
    let (slots, region) = try Self.slots(count)
    let pipeline = try Self.pipeline(options, slots)

    var kept: Batch?
    var found: [NumberedBatch] = []
    while let batch = try pipeline.next() {
      found.append(NumberedBatch(batch))
      let place = 64 + batch.slot! * 128
      #expect(batch.slot != kept?.slot)
      #expect(batch.unsafeExamples.baseAddress == UnsafeRawPointer(region.bytes.baseAddress! + place))
      #expect(UnsafeRawPointer(batch.unsafeLabels.baseAddress!) == region.bytes.baseAddress! + place + 64)
      kept = batch
    }
    withExtendedLifetime(kept) {}
    try pipeline.finish()

    #expect(found == expected)
  }

  @Test("ends after the last batch, also for a consumer that holds all slots", arguments: [1, 3])
  func allHeld(threads: Int) throws {
    var options = Self.options(threads: threads)
    options.batches = 4
    let pipeline = try Self.pipeline(options, Self.slots(4).slots)

    let held = try (0..<4).map { _ in try #require(try pipeline.next()) }

    #expect(Set(held.compactMap(\.slot)) == [0, 1, 2, 3])
    #expect(try pipeline.next() == nil)
    try pipeline.finish()
  }

  @Test("a stop ends the wait of workers for a slot, and of the consumer", arguments: [1, 3])
  func stopped(threads: Int) throws {
    let empty = Gate()
    let slots = try Self.slots(2, whenEmpty: { empty.open() }).slots
    let pipeline = try Self.pipeline(Self.options(threads: threads), slots)
    let held = try (0..<2).map { _ in try #require(try pipeline.next()) }
    empty.wait()

    pipeline.stop()

    #expect(throws: RecordPipelineError.stopped) { try pipeline.next() }
    try pipeline.finish()
    withExtendedLifetime(held) {}
  }

  @Test("asks for slots before each is taken, and says when there is none")
  func asked() throws {
    let calls = Monitor<[String]>([])
    let pool = BatchPool(
      Self.options(threads: 2), longestBatch: 2, exampleLength: 8, labelsPerExample: 1,
      slots: try Self.slots(
        3, beforeTaking: { calls.withLock { $0.append("before") } },
        whenEmpty: { calls.withLock { $0.append("empty") } }
      ).slots)
    pool.expect(3)

    let taken = try (0..<3).map { _ in try #require(try pool.take()) }
    #expect(taken.map(\.slot) == [0, 1, 2])
    #expect(calls.withLock { $0 } == ["before", "before", "before"])

    #expect(try pool.take() == nil)
    #expect(calls.withLock { $0.suffix(2) } == ["before", "empty"])

    // The one that came back last is the next to be taken.
    pool.give(taken[2], isUnused: true)
    pool.give(taken[1], isUnused: true)
    #expect(try pool.take()?.slot == 1)
  }
}
