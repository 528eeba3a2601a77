import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("A CIFAR data set", .timeLimit(.minutes(2)))
struct CIFARDatasetTests {
  private func transform(
    _ kind: DatasetKind, _ preset: TransformPreset, _ selection: LabelSelection = .fine, seed: UInt64 = 1
  ) throws -> CIFARTransform {
    try CIFARTransform(
      for: kind, labels: selection, operations: ImageOperation.parse(preset.text, statistics: .cifar10),
      layout: preset.layout, seed: seed)
  }

  /// Two epochs in batches of 32 through a small shuffle queue.
  private var options: RecordPipelineOptions {
    var options = RecordPipelineOptions()
    options.batchSize = 32
    options.order = .shuffled(minAfterDequeue: 100, capacity: 200)
    options.seed = 1
    options.epochs = 2
    return options
  }

  @Test("delivers every record of each epoch once, with its own label", arguments: DatasetKind.allCases)
  func everyRecordOnce(_ kind: DatasetKind) throws {
    let dataset = try CIFARDataset.small(kind, recordsPerFile: kind == .cifar10 ? 130 : 650)
    let layout = kind.facts.layout
    var bytes = [UInt8](repeating: 0, count: dataset.records.byteCount)
    for (part, first) in zip(dataset.records.parts, dataset.records.firstRecords) {
      try bytes.withUnsafeMutableBytes {
        let place = first * layout.recordLength..<(first + part.source.recordCount) * layout.recordLength
        try part.source.readRecords(
          in: 0..<part.source.recordCount, into: UnsafeMutableRawBufferPointer(rebasing: $0[place]))
      }
    }
    let selection: LabelSelection = kind == .cifar10 ? .fine : .both

    let batches = try dataset.batches(transform(kind, .raw, selection), options)

    for epoch in 0..<2 {
      let own = batches.filter { $0.entry.epoch == epoch }
      #expect(own.flatMap(\.records).sorted() == Array(0..<650))
    }
    let expected = batches.flatMap(\.records).flatMap { record in
      layout.labels.map { Int32(bytes[Int(record) * layout.recordLength + $0.offset]) }
    }
    #expect(batches.flatMap(\.labels) == expected)
  }

  @Test(
    "delivers the same bytes for any number of threads, resident or streamed",
    arguments: TransformPreset.allCases)
  func anyNumberOfThreads(_ preset: TransformPreset) throws {
    let dataset = try CIFARDataset.small(.cifar10, recordsPerFile: 60)
    let transform = try transform(.cifar10, preset)
    let expected = try dataset.batches(transform, options)

    for threads in [1, 2, 3, 8] {
      for memoryLimit in [1 << 30, 0] {
        var options = options
        options.threads = threads
        options.memoryLimit = memoryLimit
        let batches = try dataset.batches(transform, options)
        #expect(batches == expected, "\(threads) threads, memory limit \(memoryLimit)")
      }
    }
  }

  /// The first batch of `--synthetic --seed 1` with a preset; everything else as it is by default.
  private func firstBatch(
    _ dataset: CIFARDataset, _ preset: TransformPreset, _ store: ResidentRecordStore
  ) throws -> DeliveredBatch {
    var options = RecordPipelineOptions()
    options.order = .shuffled(minAfterDequeue: 10_000, capacity: 10_000 + 32 * 128)
    options.seed = 1
    options.batches = 1
    return try #require(dataset.batches(transform(.cifar10, preset), options, store: store).first)
  }

  @Test(
    "the first batch of '--synthetic --seed 1' never changes unnoticed",
    arguments: [
      (.eval, 0xff6d_ea31_cfab_e443), (.distort, 0xc514_d712_a598_b840), (.torch, 0xee17_2501_05f3_2c24),
      (.raw, 0x442b_adc3_703d_500c),
    ] as [(TransformPreset, UInt64)])
  func goldenBatches(_ preset: TransformPreset, digest: UInt64) throws {
    let dataset = try CIFARDataset(generated: .cifar10, split: .train)
    // Only the records of that batch are generated; which they are does not depend on their bytes.
    let memory = try MemoryRegion(byteCount: dataset.records.byteCount)
    let store = ResidentRecordStore(dataset.records, alreadyIn: memory)
    for record in try firstBatch(dataset, .raw, store).records.map(Int.init) {
      let (part, index) = dataset.records.location(ofRecord: record)
      try dataset.records.parts[part].source.readRecords(
        in: index..<index + 1,
        into: UnsafeMutableRawBufferPointer(rebasing: memory.bytes[record * 3073..<(record + 1) * 3073]))
    }

    let batch = try firstBatch(dataset, preset, store)

    // The bytes of `--format raw`.
    var found = Fingerprint()
    found.add(batch.examples)
    found.add(batch.labels.flatMap { [UInt8(truncatingIfNeeded: $0), 0, 0, 0] })
    #expect(batch.labels.count == 128)
    #expect(found.value == digest, "\(String(found.value, radix: 16))")
  }

  @Test("a record is called by its file and its index in it")
  func names() throws {
    let dataset = try CIFARDataset.small(.cifar10, recordsPerFile: 10)

    #expect(dataset.name(ofRecord: 0) == "data_batch_1.bin:0")
    #expect(dataset.name(ofRecord: 9) == "data_batch_1.bin:9")
    #expect(dataset.name(ofRecord: 10) == "data_batch_2.bin:0")
    #expect(dataset.name(ofRecord: 49) == "data_batch_5.bin:9")
  }

  @Test("the records of files are those of the files, in their order")
  func files() throws {
    let scratch = ScratchDirectory()
    let source = SyntheticRecords(.cifar10, split: .train, recordCount: 7)
    var bytes = [UInt8](repeating: 0, count: 7 * 3073)
    bytes.withUnsafeMutableBytes { source.readRecords(in: 0..<7, into: $0) }
    let files = [
      scratch.write(Array(bytes[..<(4 * 3073)]), to: "data_batch_1.bin"),
      scratch.write(Array(bytes[(4 * 3073)...]), to: "data_batch_2.bin"),
    ]
    let dataset = try CIFARDataset(kind: .cifar10, files: files.map(\.string))
    var options = RecordPipelineOptions()
    options.epochs = 1

    let batches = try dataset.batches(transform(.cifar10, .raw), options)

    #expect(dataset.records.recordCount == 7)
    #expect(dataset.name(ofRecord: 4) == "data_batch_2.bin:0")
    #expect(batches.flatMap(\.labels) == (0..<7).map { Int32(bytes[$0 * 3073]) })
  }

  @Test("a file that holds no whole records is refused")
  func partialFile() {
    let scratch = ScratchDirectory()
    let path = scratch.write([1, 2, 3], to: "data_batch_1.bin")

    #expect(throws: DatasetError.self) { try CIFARDataset(kind: .cifar10, files: [path]) }
  }

  @Test("knows the names of the classes", arguments: DatasetKind.allCases)
  func classNames(_ kind: DatasetKind) throws {
    let real = try CIFARDataset.small(kind, recordsPerFile: 1)
    let generated = try CIFARDataset(generated: kind, split: .test)

    #expect(real.classNames == kind.facts.fineNames)
    #expect(real.coarseNames == kind.facts.coarseNames)
    #expect(generated.classNames == SyntheticDataset.fineNames(kind))
    #expect(generated.coarseNames == SyntheticDataset.coarseNames(kind))
    #expect(generated.records.recordCount == 10_000)
  }
}
