import InputPipeline

/// `--format shapes`: a line a batch, such as `(128, 24, 24, 3) (128, 1)`.
struct ShapesFormat: BatchFormat {
  let shape: BatchShape

  mutating func write(_ batch: Batch, to output: OutputStream) throws {
    try output.write("\(tuple(shape.images(batch.count))) \(tuple(shape.labels(batch.count)))\n")
  }

  private func tuple(_ axes: [Int]) -> String {
    "(" + axes.map(String.init).joined(separator: ", ") + ")"
  }
}
