import Testing

@testable import InputPipeline

@Suite("A resumed or shared run", .timeLimit(.minutes(2)))
struct PipelineResumeTests {
  private func options(_ change: (inout RecordPipelineOptions) -> Void) -> RecordPipelineOptions {
    var options = RecordPipelineOptions()
    options.batchSize = 7
    options.threads = 2
    options.order = .shuffled(minAfterDequeue: 20, capacity: 48)
    options.seed = 11
    options.epochs = 3
    change(&options)
    return options
  }

  private static let sizes = [100, 41]

  @Test(
    "continues bit for bit from any batch, with any number of threads, resident or streamed",
    arguments: [false, true], [1 << 30, 0])
  func resume(blends: Bool, memoryLimit: Int) throws {
    let whole = try batches(of: Self.sizes, options { $0.blendsEpochs = blends })

    for first in 0...whole.count {
      let rest = try batches(
        of: Self.sizes,
        options {
          $0.blendsEpochs = blends
          $0.memoryLimit = memoryLimit
          $0.firstBatch = first
          $0.threads = 1 + first % 4
        })
      #expect(rest == Array(whole[first...]), "from batch \(first)")
    }
  }

  @Test("does not read the records that it passes over")
  func readsLittle() throws {
    let store = try ResidentRecordStore(NumberedRecords.collection([100_000]))
    let pipeline = try RecordPipeline(
      store.records, transform: CopyTransform(),
      options: options {
        $0.firstBatch = 14_000
        $0.epochs = 1
      }, store: store)
    try pipeline.start()

    #expect(try pipeline.next()?.entry.number == 14_000)
    #expect(store.readPieceCount < 12)
    try pipeline.finish()
  }

  @Test("the shares of all processes together are the whole run", arguments: 1...7, [false, true])
  func shares(count: Int, blends: Bool) throws {
    let whole = try batches(of: Self.sizes, options { $0.blendsEpochs = blends })

    let shares = try (0..<count).map { index in
      try batches(
        of: Self.sizes,
        options {
          $0.blendsEpochs = blends
          $0.share = BatchShare(index: index, count: count, uneven: .keep)
          $0.memoryLimit = index % 2 == 0 ? 0 : 1 << 30
        })
    }

    let union = shares.flatMap { $0 }.sorted { $0.entry.number < $1.entry.number }
    #expect(union.map(\.entry.number) == whole.map(\.entry.number))
    #expect(union.map(\.numbers) == whole.map(\.numbers))
  }

  @Test(
    "uneven shares: what is dropped, repeated and kept of 3 epochs of 21 batches",
    arguments: [
      (BatchShare.Uneven.drop, [15, 15, 15, 15]), (.pad, [18, 18, 18, 18]), (.keep, [16, 16, 16, 15]),
    ])
  func uneven(_ uneven: BatchShare.Uneven, _ counts: [Int]) throws {
    for memoryLimit in [0, 1 << 30] {
      let shares = try (0..<4).map { index in
        try batches(
          of: Self.sizes,
          options {
            $0.share = BatchShare(index: index, count: 4, uneven: uneven)
            $0.memoryLimit = memoryLimit
          })
      }

      #expect(shares.map(\.count) == counts)
      for share in shares where uneven != .keep {
        #expect(share.filter(\.entry.isLastOfEpoch).count >= 3)
      }
      if uneven == .pad {
        let whole = try batches(of: Self.sizes, options { _ in })
        // Batches 0, 1 and 2 of each epoch of 21 come a second time, from processes 1, 2 and 3.
        #expect((1...3).allSatisfy { shares[$0].last?.numbers == whole[42 + $0 - 1].numbers })
      }
    }
  }

  @Test("refuses equal shares of fewer batches than processes")
  func refusal() throws {
    #expect(throws: RecordPipelineError.tooFewBatches(perEpoch: 2, processes: 3)) {
      try BatchSchedule(
        recordCount: 14, batchSize: 7, share: BatchShare(index: 0, count: 3, uneven: .drop))
    }
  }
}
