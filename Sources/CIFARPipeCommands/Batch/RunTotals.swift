import Glibc
import InputPipeline

/// What a run has delivered so far, and how fast.
struct RunTotals {
  /// Batches delivered.
  private(set) var batches = 0
  /// Images delivered.
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
    if firstBatch == nil { firstBatch = ProcessClock.sinceStart() }
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
      ("peak_rss_bytes", .integer(Self.peakResidentBytes)),
      ("digest", digest.map { .string($0) } ?? .null),
    ])
  }

  /// The most memory that the process has occupied.
  ///
  /// The corresponding C function is `getrusage`.
  static var peakResidentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}

extension Duration {
  /// The duration in seconds, for reports.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
