import PipeTestSupport
import Testing
import Threads

@testable import InputPipeline

@Suite("Who holds the others up", .timeLimit(.minutes(1)))
struct PipelineSnapshotTests {
  private typealias Phase = ThreadActivity.Phase

  private static let queues: PipelineStatistics = {
    func queue(_ name: String) -> QueueStatistics {
      FIFOQueue<Int>(name: name, capacity: 4).statistics
    }
    return PipelineStatistics(
      parts: queue("parts"), records: queue("shuffle"), isShuffled: true, plans: queue("plans"),
      ready: queue("ready"), freeSlots: nil)
  }()

  private static func waits(_ queue: String) -> Phase { .waiting(.init(queue: queue, side: .element)) }
  private static func full(_ queue: String) -> Phase { .waiting(.init(queue: queue, side: .room)) }

  /// One moment: what the list, the reader, the batcher, two workers and the consumer do.
  struct Moment: Sendable {
    let phases: [ThreadActivity.Phase]
    let stage: PipelineSnapshot.Stage
  }

  @Test(
    "from the consumer backwards the first stage that does not wait for the one before it",
    arguments: [
      Moment(
        phases: [full("parts"), full("shuffle"), full("plans"), full("ready"), full("ready"), .working],
        stage: .consumer),
      Moment(
        phases: [full("parts"), full("shuffle"), full("plans"), .working, waits("plans"), waits("ready")],
        stage: .workers),
      Moment(
        phases: [.ended, full("shuffle"), .working, waits("plans"), waits("plans"), waits("ready")],
        stage: .batcher),
      Moment(
        phases: [.ended, .working, waits("shuffle"), waits("plans"), waits("plans"), waits("ready")],
        stage: .reader),
      Moment(
        phases: [.working, waits("parts"), waits("shuffle"), waits("plans"), waits("plans"), waits("ready")],
        stage: .parts),
      Moment(phases: [.ended, .ended, .ended, .ended, .working, waits("ready")], stage: .workers),
      Moment(
        phases: [.ended, .ended, full("plans"), waits("slots"), waits("slots"), waits("ready")],
        stage: .consumer),
      Moment(
        phases: [.ended, .working, waits("free-slots"), waits("plans"), waits("plans"), waits("ready")],
        stage: .batcher),
    ])
  func holding(moment: Moment) {
    let stages: [PipelineSnapshot.Stage] = [.parts, .reader, .batcher, .workers, .workers, .consumer]
    let threads = zip(stages, moment.phases).map {
      PipelineSnapshot.Thread(stage: $0, activity: .init(name: "", phase: $1, duration: .zero))
    }

    let snapshot = PipelineSnapshot(
      threads: threads, queues: Self.queues, lastBatch: nil, sinceLastBatch: .zero)

    #expect(snapshot.holdingStage == moment.stage)
  }

  @Test("a pipeline whose worker hangs tells who waits where, and what was delivered last")
  func hanging() throws {
    let gate = Gate()
    let pipeline = try RecordPipeline(
      NumberedRecords.collection([40]),
      transform: CopyTransform { records in if records.first!.record >= 8 { gate.wait() } },
      options: RecordPipelineOptions(batchSize: 4, threads: 2, epochs: 1))

    _ = try pipeline.next()
    _ = try pipeline.next()
    gate.waitForArrivals(2)
    let reader = Background { try? pipeline.next()?.entry.number }
    let waits = becomesTrue {
      pipeline.snapshot.threads.last!.activity.phase == Self.waits("ready")
        && pipeline.snapshot.threads[1].activity.phase == .ended
    }

    #expect(waits)
    let snapshot = pipeline.snapshot
    #expect(snapshot.threads.map(\.stage) == [.parts, .reader, .batcher, .workers, .workers, .consumer])
    #expect(
      snapshot.threads.map(\.activity.name)
        == ["parts-0", "records-0", "plans-0", "ready-0", "ready-1", "consumer"])
    #expect(snapshot.threads[3].activity.phase == .working)
    #expect(snapshot.holdingStage == .workers)
    #expect(snapshot.lastBatch?.number == 1)
    gate.open()
    #expect(reader.value == 2)
    try pipeline.finish()
  }

  @Test("what all threads have done fills their time without a gap, and each batch has its pieces")
  func recorded() throws {
    let pipeline = try RecordPipeline(
      NumberedRecords.collection([400]), transform: CopyTransform(),
      options: RecordPipelineOptions(batchSize: 4, threads: 2, epochs: 2))
    pipeline.record(100_000)

    var numbers: [Int] = []
    while let batch = try pipeline.next() { numbers.append(batch.entry.number) }
    try pipeline.finish()

    for (stage, activities) in pipeline.stages {
      for activity in activities {
        let spans = activity.recorded.spans.filter { $0.kind != .event }
        #expect(!spans.isEmpty, "\(activity.name)")
        for (one, next) in zip(spans, spans.dropFirst()) { #expect(one.end == next.start, "\(stage)") }
      }
    }
    func pieces(_ stage: Int, _ name: String) -> [Int] {
      pipeline.stages[stage].activities.flatMap(\.recorded.spans).filter { $0.name == name }.map(\.number)
        .sorted()
    }
    #expect(pieces(3, "batch") == numbers)
    #expect(pieces(4, "deliver") == numbers)
    #expect(pieces(4, "epoch") == [0, 1])
    #expect(pieces(1, "records from").first == 0)
    #expect(pieces(2, "plans from batch").first == 0)
  }
}
