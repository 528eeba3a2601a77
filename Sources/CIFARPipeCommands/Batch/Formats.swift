import CIFAR
import Digests
import InputPipeline

/// `--format shapes`: a line a batch, such as `(128, 24, 24, 3) (128, 1)`.
struct ShapesFormat: BatchFormat {
  let shape: BatchShape

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    let count = outgoing.batch.count
    try output.write("\(BatchShape.tuple(shape.images(count))) \(BatchShape.tuple(shape.labels(count)))\n")
  }
}

/// `--format raw`: for each batch the bytes of the images, then those of the labels, nothing else.
struct RawFormat: BatchFormat {
  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    try output.write([outgoing.batch.unsafeExamples, outgoing.labels])
  }
}

/// What a reader of `--format raw` has to know, for `--manifest`.
struct RawManifest {
  let shape: BatchShape
  let totals: DeliveryTotals
  let batchSize: Int

  /// Shapes of a full batch and of all batches together, types and counts.
  var json: JSON {
    let image = shape.imageAxes.reduce(shape.elementType.byteCount, *)
    return .object([
      ("schema", .string("cifar-pipe/raw/1")),
      ("batches", .integer(totals.batches)), ("images", .integer(totals.images)),
      ("epochs", .integer(totals.epochs)), ("batch_size", .integer(batchSize)),
      ("image_shape", .array(shape.imageAxes.map { .integer($0) })),
      ("image_dtype", .string(shape.elementType.rawValue)), ("image_bytes", .integer(image)),
      ("label_shape", .array(shape.labels(0).dropFirst().map { .integer($0) })),
      ("label_dtype", .string(shape.labelType.rawValue)), ("label_bytes", .integer(shape.labelLength)),
    ])
  }
}

/// `--format jsonl`: an object a batch, with the source and the digest of its images.
struct JSONLinesFormat: BatchFormat {
  let shape: BatchShape
  let dataset: CIFARDataset

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    let batch = outgoing.batch
    var digest = Digest(.sha256)
    digest.update(batch.unsafeExamples)
    let labels = stride(from: 0, to: batch.unsafeLabels.count, by: shape.labelsPerExample).map { first in
      let own = batch.unsafeLabels[first..<first + shape.labelsPerExample].map { JSON.integer(Int($0)) }
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

/// `--format summary`: one object at the end.
struct SummaryFormat: BatchFormat {
  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {}

  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws {
    try output.write(totals.json.text + "\n")
  }
}
