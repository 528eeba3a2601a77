import InputPipeline

/// `--format raw`: for each batch the bytes of the images, then those of the labels, nothing else.
struct RawFormat: BatchFormat {
  mutating func write(_ batch: Batch, to output: OutputStream) throws {
    try output.write([batch.examples, UnsafeRawBufferPointer(batch.labels)])
  }
}
