import CIFAR
import Digests
import InputPipeline

/// `--format jsonl`: an object a batch, with the source and the digest of its images.
struct JSONLinesFormat: BatchFormat {
  let shape: BatchShape
  let dataset: CIFARDataset

  mutating func write(_ batch: Batch, to output: OutputStream) throws {
    var digest = Digest(.sha256)
    digest.update(batch.examples)
    let labels = stride(from: 0, to: batch.labels.count, by: shape.labelsPerExample).map { first in
      let own = batch.labels[first..<first + shape.labelsPerExample].map { JSON.integer(Int($0)) }
      return own.count == 1 ? own[0] : .array(own)
    }
    let object = JSON.object([
      ("epoch", .integer(batch.entry.epoch)), ("batch", .integer(batch.entry.indexInEpoch)),
      ("number", .integer(batch.entry.number)),
      ("shape", .array(shape.images(batch.count).map { .integer($0) })),
      ("labels", .array(labels)),
      ("records", .array(batch.records.map { .string(dataset.name(ofRecord: $0.record)) })),
      ("sha256", .string(digest.hexadecimal())),
    ])
    try output.write(object.text + "\n")
  }
}
