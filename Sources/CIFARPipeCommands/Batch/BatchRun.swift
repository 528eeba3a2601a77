import Digests
import InputPipeline

/// One run of the pipeline from its start to its end, written in one format.
struct BatchRun {
  /// What was delivered so far.
  private(set) var totals = RunTotals()

  /// The number of the first batch that was not delivered completely.
  private(set) var nextBatch: Int

  private let pipeline: RecordPipeline
  private var format: any BatchFormat
  private var digest: Digest?

  /// A run that has not begun.
  ///
  /// - Parameter digests: Whether the digest of the delivered bytes is computed.
  init(pipeline: RecordPipeline, format: any BatchFormat, digests: Bool) {
    self.pipeline = pipeline
    nextBatch = pipeline.options.firstBatch
    self.format = format
    digest = digests ? Digest(.sha256) : nil
  }

  /// Delivers all batches.
  ///
  /// - Parameter delivered: Is told the number of the next batch after each one that was written completely.
  /// - Throws: The first error of the pipeline or of the output; ``CommandError/interrupted(signal:)`` after a
  ///   signal. The threads of the pipeline have ended then.
  mutating func deliver(to output: OutputStream, delivered: (Int) -> Void) throws {
    try pipeline.untilSignal {
      while let batch = try pipeline.next() {
        totals.add(batch)
        digest?.update(batch.examples)
        digest?.update(UnsafeRawBufferPointer(batch.labels))
        try format.write(batch, to: output)
        nextBatch = batch.entry.number + 1
        delivered(nextBatch)
        if batch.entry.isLastOfEpoch { try format.endEpoch(to: output) }
      }
      totals.digest = digest?.hexadecimal()
      try format.finish(totals, to: output)
    }
  }
}
