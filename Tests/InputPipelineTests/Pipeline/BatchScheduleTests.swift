import InputPipeline
import Testing

@Suite("A batch schedule")
struct BatchScheduleTests {
  /// Everything of a schedule that a table can show.
  struct Case: Sendable, CustomTestStringConvertible {
    let records: Int
    let batchSize: Int
    var drops = false
    var blends = false
    var epochs: Int?
    var batches: Int?
    /// Per batch: epoch, index in the epoch, count, records dropped after it.
    let expected: [[Int]]
    let epochsRead: Int

    var testDescription: String {
      "\(records) records, batches of \(batchSize), drop \(drops), blend \(blends), "
        + "epochs \(epochs.map(String.init) ?? "-"), batches \(batches.map(String.init) ?? "-")"
    }
  }

  static let cases = [
    Case(
      records: 5, batchSize: 2, epochs: 2,
      expected: [[0, 0, 2, 0], [0, 1, 2, 0], [0, 2, 1, 0], [1, 0, 2, 0], [1, 1, 2, 0], [1, 2, 1, 0]],
      epochsRead: 2),
    Case(
      records: 5, batchSize: 2, drops: true, epochs: 2,
      expected: [[0, 0, 2, 0], [0, 1, 2, 1], [1, 0, 2, 0], [1, 1, 2, 1]], epochsRead: 2),
    Case(records: 4, batchSize: 2, epochs: 1, expected: [[0, 0, 2, 0], [0, 1, 2, 0]], epochsRead: 1),
    Case(
      records: 5, batchSize: 2, blends: true, epochs: 2,
      expected: [[0, 0, 2, 0], [0, 1, 2, 0], [0, 2, 2, 0], [1, 0, 2, 0], [1, 1, 2, 0]], epochsRead: 2),
    Case(
      records: 5, batchSize: 3, blends: true, epochs: 2,
      expected: [[0, 0, 3, 0], [0, 1, 3, 0], [1, 0, 3, 0], [1, 1, 1, 0]], epochsRead: 2),
    Case(
      records: 5, batchSize: 3, drops: true, blends: true, epochs: 2,
      expected: [[0, 0, 3, 0], [0, 1, 3, 0], [1, 0, 3, 0]], epochsRead: 2),
    Case(records: 5, batchSize: 2, batches: 2, expected: [[0, 0, 2, 0], [0, 1, 2, 0]], epochsRead: 1),
    Case(
      records: 5, batchSize: 2, epochs: 9, batches: 4,
      expected: [[0, 0, 2, 0], [0, 1, 2, 0], [0, 2, 1, 0], [1, 0, 2, 0]], epochsRead: 2),
    Case(records: 3, batchSize: 10, epochs: 2, expected: [[0, 0, 3, 0], [1, 0, 3, 0]], epochsRead: 2),
    Case(records: 3, batchSize: 10, blends: true, batches: 1, expected: [[0, 0, 10, 0]], epochsRead: 4),
  ]

  @Test(
    "is over for a process behind the last batch that it delivers",
    arguments: [(BatchShare.Uneven.drop, [5, 6]), (.pad, [7, 7]), (.keep, [7, 6])])
  func end(uneven: BatchShare.Uneven, ends: [Int]) throws {
    for (process, end) in ends.enumerated() {
      // Seven batches, shared out among two processes.
      let schedule = try BatchSchedule(
        recordCount: 14, batchSize: 2, epochs: 1,
        share: BatchShare(index: process, count: 2, uneven: uneven))
      #expect((0..<9).map { schedule.isOver(at: $0) } == (0..<9).map { $0 >= end })
    }
  }

  @Test(
    "a position is one of all processes: from that after any number of turns they deliver the rest, once",
    arguments: [BatchShare.Uneven.drop, .pad, .keep], [1, 2, 3, 5])
  func position(uneven: BatchShare.Uneven, count: Int) throws {
    // Epochs of eleven batches.
    let schedules = try (0..<count).map {
      try BatchSchedule(
        recordCount: 22, batchSize: 2, epochs: 3,
        share: BatchShare(index: $0, count: count, uneven: uneven))
    }
    let delivered = schedules.map { schedule in
      (0..<33).compactMap { schedule.entry($0) }.filter { $0.isDelivered || $0.repeated != nil }
    }

    for (schedule, own) in zip(schedules, delivered) {
      for (step, entry) in own.enumerated() {
        let position = schedule.position(after: entry)
        #expect(own.filter { $0.number >= position } == Array(own[(step + 1)...]))
        #expect(schedule.isTurn(at: position) || entry.isLastOfEpoch)
        #expect(!entry.isLastOfEpoch || schedule.isShareable(at: position))
        guard uneven != .keep else { continue }
        #expect(position == schedules[0].position(after: delivered[0][step]))
        #expect(schedule.deliveredPerEpoch == own.count / 3)
      }
    }
  }

  @Test("where epochs blend, a position is the beginning of a turn of the whole run")
  func blendedPosition() throws {
    let schedule = try BatchSchedule(
      recordCount: 5, batchSize: 2, blendsEpochs: true, epochs: 4,
      share: BatchShare(index: 1, count: 2, uneven: .drop))

    #expect([1, 3, 5].map { schedule.position(after: schedule.entry($0)!) } == [2, 4, 6])
    #expect(schedule.deliveredPerEpoch == nil)
    #expect((0..<7).filter { schedule.isShareable(at: $0) } == [0])
  }

  @Test("lists the batches of a run, in order", arguments: cases)
  func entries(_ row: Case) throws {
    let schedule = try BatchSchedule(
      recordCount: row.records, batchSize: row.batchSize, dropsRemainder: row.drops,
      blendsEpochs: row.blends, epochs: row.epochs, batches: row.batches)

    let entries = (0..<100).compactMap { schedule.entry($0) }

    #expect(entries.map { [$0.epoch, $0.indexInEpoch, $0.count, $0.droppedCount] } == row.expected)
    #expect(entries.map(\.number) == Array(row.expected.indices))
    #expect(schedule.batchCount == row.expected.count)
    #expect(schedule.epochsRead == row.epochsRead)
  }

  @Test("has no end when neither epochs nor batches are limited")
  func endless() throws {
    let schedule = try BatchSchedule(recordCount: 5, batchSize: 2)

    #expect(schedule.batchCount == nil)
    #expect(schedule.epochsRead == nil)
    #expect(schedule.entry(1_000_000_000)?.epoch == 333_333_333)
  }

  @Test("marks the last batch of each epoch")
  func lastOfEpoch() throws {
    let kept = try BatchSchedule(recordCount: 5, batchSize: 2, epochs: 2)
    let blended = try BatchSchedule(recordCount: 5, batchSize: 2, blendsEpochs: true, epochs: 2)

    #expect((0..<6).map { kept.entry($0)!.isLastOfEpoch } == [false, false, true, false, false, true])
    #expect((0..<5).map { blended.entry($0)!.isLastOfEpoch } == [false, false, true, false, true])
  }

  @Test("of 50,000 records in batches of 128 has 390 full batches and one of 80")
  func official() throws {
    let schedule = try BatchSchedule(recordCount: 50_000, batchSize: 128, epochs: 1)

    #expect(schedule.batchCount == 391)
    #expect(schedule.entry(389)?.count == 128)
    #expect(schedule.entry(390)?.count == 80)
  }

  @Test("refuses what would deliver nothing")
  func refusals() {
    #expect(throws: RecordPipelineError.noRecords) { try BatchSchedule(recordCount: 0, batchSize: 1) }
    #expect(throws: RecordPipelineError.batchNeverFull(batchSize: 6, recordCount: 5)) {
      try BatchSchedule(recordCount: 5, batchSize: 6, dropsRemainder: true)
    }
    #expect(throws: RecordPipelineError.tooManyRecords(found: .max)) {
      try BatchSchedule(recordCount: 5, batchSize: 6, epochs: .max)
    }
  }

  @Test("counts the epochs of a run of more records than there are numbers")
  func countless() throws {
    let schedule = try BatchSchedule(recordCount: 3, batchSize: 128, blendsEpochs: true, batches: .max)

    #expect(schedule.epochsRead == (.max - 1) / 3 + 1)
  }
}
