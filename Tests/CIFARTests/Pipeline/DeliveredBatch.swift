import InputPipeline
import SystemPackage

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
    examples = Array(batch.unsafeExamples)
    labels = Array(batch.unsafeLabels)
  }
}

extension CIFARDataset {
  /// Generated training records, `recordsPerFile` in each of the official files, in memory.
  static func small(_ kind: DatasetKind, recordsPerFile: Int) throws -> CIFARDataset {
    let layout = kind.facts.layout
    let files = SyntheticDataset(kind, recordsPerFile: recordsPerFile).recordFiles(.train)
    return try CIFARDataset(
      kind: kind,
      parts: files.map { name, records in
        // Generating them anew in every epoch would be the slowest part of a test.
        var bytes = [UInt8](repeating: 0, count: recordsPerFile * layout.recordLength)
        bytes.withUnsafeMutableBytes { records.readRecords(in: 0..<recordsPerFile, into: $0) }
        var builder = try MemoryRecordSource.Builder(
          path: FilePath(name), layout: layout, byteCount: bytes.count)
        bytes.withUnsafeBytes { builder.append($0) }
        return .init(name: name, source: try builder.finish())
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
