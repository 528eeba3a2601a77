import Digests
import InputPipeline

/// One run of the pipeline from its start to its end, written in one format.
struct Delivery {
  /// What was delivered so far.
  private(set) var totals = DeliveryTotals()

  /// Where a run goes on that has used all batches that were delivered completely.
  private(set) var position: Int

  /// Whether the mark of an earlier run's last epoch stands before the first batch.
  private let isMarkDue: Bool
  private let pipeline: RecordPipeline
  private var format: any BatchFormat
  private let labels: OutgoingLabels
  private let watch: RunWatch?
  private let stopCause: () -> (any Error)?
  private var digest: Digest?

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - isMarkDue: Whether the mark of an earlier run's last epoch stands before the first batch.
  ///   - digests: Whether the digest of the delivered bytes is computed.
  ///   - watch: How the run is watched, if it is.
  ///   - stopCause: Why somebody has stopped the pipeline, if somebody has.
  init(
    pipeline: RecordPipeline, format: any BatchFormat, isMarkDue: Bool, labelType: LabelType, digests: Bool,
    watch: RunWatch? = nil, stopCause: @escaping () -> (any Error)? = { nil }
  ) {
    self.isMarkDue = isMarkDue
    self.pipeline = pipeline
    position = pipeline.options.firstBatch
    self.format = format
    labels = OutgoingLabels(labelType)
    self.watch = watch
    self.stopCause = stopCause
    digest = digests ? Digest(.sha256) : nil
  }

  /// Delivers all batches.
  ///
  /// - Parameter delivered: Is told after each batch that was written completely where a run goes on, and whether the
  ///   mark of an epoch has to come first.
  /// - Throws: The first error of the pipeline or of the output; ``CommandError/interrupted(signal:)`` after a
  ///   signal. The threads of the pipeline have ended then.
  mutating func deliver(to output: OutputStream, delivered: (Int, _ isMarkDue: Bool) -> Void) throws {
    do {
      try pipeline.untilSignal("writing", watch: watch) {
        try format.begin(position, isMarkDue: isMarkDue, to: output)
        if isMarkDue { delivered(position, false) }
        // The first batch is wanted at once.
        var patience: Duration?
        while let batch = try pipeline.next(patience: patience) {
          totals.add(batch)
          try labels.withLabels(of: batch) { try write(batch, labels: $0, to: output, delivered) }
          if !pipeline.isNextReady { try format.flush(to: output) }
          patience = format.patience
        }
        totals.digest = digest?.hexadecimal()
        try format.finish(totals, position: position, to: output)
      }
    } catch {
      // Of two errors the first counts: a stop only follows from its cause, and another error is before a stop.
      let error = error as? RecordPipelineError == .stopped ? stopCause() ?? error : error
      if let code = Self.exitCode(of: error) { try? format.fail(code, position: position, to: output) }
      throw error
    }
  }

  /// What a shell will see; `nil` where nobody is left to be told.
  private static func exitCode(of error: any Error) -> Int32? {
    switch error {
    case CommandError.readerGone: nil
    case CommandError.interrupted(let signal): 128 + signal
    default: (ExitStatus(of: error) ?? .internalError).rawValue
    }
  }

  private mutating func write(
    _ batch: Batch, labels: UnsafeRawBufferPointer, to output: OutputStream, _ delivered: (Int, Bool) -> Void
  ) throws {
    digest?.update(batch.unsafeExamples)
    digest?.update(labels)
    let outgoing = OutgoingBatch(
      batch: batch, labels: labels, position: pipeline.schedule.position(after: batch.entry))
    try format.write(outgoing, to: output)
    position = outgoing.position
    guard batch.entry.isLastOfEpoch else { return delivered(position, false) }
    // A reader may take nothing between the two.
    delivered(position, format.marksEpochs)
    try format.endEpoch(after: outgoing, to: output)
    delivered(position, false)
  }
}

/// What a run has delivered so far, and how fast.
struct DeliveryTotals {
  private(set) var batches = 0
  private(set) var images = 0
  /// Epochs delivered to their last batch.
  private(set) var epochs = 0
  /// The time from the start of the process to the first batch.
  private(set) var firstBatch: Duration?
  /// The digest of the delivered bytes, once it is known.
  var digest: String?
  private let start: ContinuousClock.Instant
  private var end: ContinuousClock.Instant

  /// Totals of a run that begins now.
  init() {
    start = .now
    end = start
  }

  /// Counts a batch that has come out of the pipeline.
  mutating func add(_ batch: Batch) {
    end = .now
    if firstBatch == nil { firstBatch = ThisProcess.age }
    batches += 1
    images += batch.count
    if batch.entry.isLastOfEpoch { epochs += 1 }
  }

  /// The totals as the object of `--format summary`.
  var json: JSON {
    let seconds = start.duration(to: end).inSeconds
    return .object([
      ("batches", .integer(batches)), ("images", .integer(images)), ("epochs", .integer(epochs)),
      ("seconds", .number(seconds)),
      ("images_per_s", seconds > 0 ? .number(Double(images) / seconds) : .null),
      ("first_batch_s", firstBatch.map { .number($0.inSeconds) } ?? .null),
      ("peak_rss_bytes", .integer(ThisProcess.peakResidentBytes)),
      ("digest", digest.map { .string($0) } ?? .null),
    ])
  }
}
