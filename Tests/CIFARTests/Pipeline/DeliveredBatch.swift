import InputPipeline

@testable import CIFAR

/// A batch of a pipeline, copied out of it.
struct DeliveredBatch: Equatable {
  let entry: BatchSchedule.Entry
  let records: [UInt32]
  let examples: [UInt8]
  let labels: [Int32]

  init(_ batch: Batch) {
    entry = batch.entry
    records = batch.records.map(\.record)
    examples = Array(batch.examples)
    labels = Array(batch.labels)
  }
}

extension CIFARDataset {
  /// Generated training records, `recordsPerFile` in each of the official files.
  static func small(_ kind: DatasetKind, recordsPerFile: Int) throws -> CIFARDataset {
    try CIFARDataset(
      kind: kind,
      parts: SyntheticDataset(kind, recordsPerFile: recordsPerFile).recordFiles(.train).map {
        .init(name: $0.name, source: $0.records)
      })
  }

  /// All batches of a run.
  func batches(
    _ transform: CIFARTransform, _ options: RecordPipelineOptions, store: ResidentRecordStore? = nil
  ) throws -> [DeliveredBatch] {
    let pipeline = try RecordPipeline(records, transform: transform, options: options, store: store)
    try pipeline.start()
    var batches: [DeliveredBatch] = []
    while let batch = try pipeline.next() { batches.append(DeliveredBatch(batch)) }
    try pipeline.finish()
    return batches
  }
}
