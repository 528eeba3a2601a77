import CIFAR
import InputPipeline

/// Delivers five shuffled, standardised batches of generated CIFAR-10 records.
public func cifarBatches() throws -> [String] {
  // 1,000 generated records for each of the five training files, made when they are read.
  let files = SyntheticDataset(.cifar10, recordsPerFile: 1000).recordFiles(.train)
  let dataset = try CIFARDataset(
    kind: .cifar10, parts: files.map { .init(name: $0.name, source: $0.records) })

  let transform = try CIFARTransform(
    for: dataset.kind, operations: [.crop(size: 24), .standardize], seed: 1)

  let pipeline = try RecordPipeline(
    dataset.records, transform: transform,
    options: .init(batchSize: 128, threads: 4, order: .shuffled(minAfterDequeue: 2000), seed: 1, batches: 5))
  var lines: [String] = []
  for batch in pipeline {
    // batch.withExamples(as: Float.self) gives the floats of all images, batch.labels the numbers of their classes.
    let axes = transform.imageAxes.map(String.init).joined(separator: ", ")
    lines.append("(\(batch.count), \(axes)) (\(batch.count), \(batch.labelsPerExample))")
  }
  try pipeline.finish()
  return lines
}
