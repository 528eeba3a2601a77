import ArgumentParser
import CIFAR
import InputPipeline

extension ImageLayout: ExpressibleByArgument {}
extension ElementType: ExpressibleByArgument {}
extension TransformPreset: ExpressibleByArgument {}

/// What happens where one epoch ends and the next begins.
enum EpochBoundary: String, CaseIterable, ExpressibleByArgument {
  /// An epoch is delivered completely before the next begins.
  case keep
  /// Neighbouring epochs mix, as in the classic endless queue.
  case blend
}

/// The types in which labels are delivered.
enum LabelType: String, CaseIterable, ExpressibleByArgument {
  case int32
  /// What PyTorch takes as the number of a class.
  case int64

  /// Bytes of one label.
  var byteCount: Int { self == .int32 ? 4 : 8 }
  /// NumPy's name of the type.
  var descriptor: String { self == .int32 ? "<i4" : "<i8" }
}

/// What is delivered, in which order, and with how many threads.
struct PipelineOptions: ParsableArguments {
  /// The allowed numbers of epochs and batches.
  static let counts = 1...1_000_000_000

  @Flag(help: "Deliver the records in the order of the files.")
  var noShuffle = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What every random choice derives from.", discussion: "Default: random, told with --verbose.",
      valueName: "n"), transform: Bounded.integer(UInt64.min...UInt64.max))
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Epochs to deliver.", valueName: "n"), transform: Bounded.integer(counts))
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Batches to deliver at most.", valueName: "n"), transform: Bounded.integer(counts))
  var batches: Int?

  @Flag(help: "Drop the last batch of an epoch where it is short.")
  var dropRemainder = false

  @Option(help: "Whether an epoch is delivered completely before the next begins.")
  var epochBoundary = EpochBoundary.keep

  @Option(
    help: ArgumentHelp(
      "Comma-separated image operations, applied in order. (default: crop:24,standardize)",
      discussion: """
        crop:S, random-crop:S, pad:P, pad:P:reflect, translate:P, flip, flip:alternate, brightness:D, \
        contrast:L:U, standardize, normalize, normalize:R/G/B:R/G/B, scale:F, cutout:S; 'none' for the raw \
        bytes.
        """, valueName: "ops"), completion: .custom(ListCompletion.of(ImageOperation.beginnings + ["none"])))
  var transform: String?

  @Option(help: "The order of the image axes. (default: nhwc)")
  var layout: ImageLayout?

  @Option(
    help: ArgumentHelp(
      "The element type of the images.",
      discussion: """
        Default: float32 where an operation computes, else uint8. float16 and bfloat16 are float32, rounded to \
        nearest.
        """))
  var dtype: ElementType?

  @Option(help: "The labels to deliver; CIFAR-100 has all of them.")
  var labels = LabelSelection.fine

  @Option(
    help: ArgumentHelp(
      "The element type of the labels.",
      discussion: "int32: shape (n, 1), as in the tutorial; int64: shape (n,), as PyTorch's losses take them."
    ))
  var labelDtype = LabelType.int32

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Give up (exit 75) when no batch comes for this long.", discussion: "Default: wait.",
      valueName: "seconds"), transform: Bounded.integer(1...86_400))
  var stallLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Continue an earlier run exactly.",
      discussion: """
        A token, or the file with it. Takes the same options, --threads apart; the seed may be left out.
        """, valueName: "token"), completion: .file())
  var resume: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Begin at this batch of the run, counted from 0.",
      discussion: "Needs the seed of the batches before it, where anything is random.", valueName: "n"),
    transform: Bounded.integer(0...ResumeToken.mostBatches))
  var startBatch: Int?

  func validate() throws {
    if resume != nil && startBatch != nil {
      throw ValidationError("'--resume' and '--start-batch' exclude each other")
    }
  }

  /// The transform that the options describe.
  ///
  /// - Parameter preset: The transform, unless its operations are named.
  /// - Throws: ``TransformError`` or ``CommandError/usage(_:)``.
  func compiledTransform(
    for kind: DatasetKind, _ preset: TransformPreset?, seed: UInt64
  ) throws -> CIFARTransform {
    let text = transform ?? (preset ?? .eval).text
    guard kind.facts.layout.labelFields(labels) != nil else {
      throw CommandError.usage("'--labels \(labels.rawValue)' needs '--dataset cifar100'")
    }
    return try CIFARTransform(
      for: kind, labels: labels,
      operations: ImageOperation.parse(text, statistics: kind.facts.statistics),
      layout: layout ?? preset?.layout ?? .nhwc, elementType: dtype, seed: seed)
  }

  /// The options of the pipeline for a data set of `recordCount` records.
  ///
  /// - Throws: ``CommandError/usage(_:)`` for sizes that do not fit together.
  func recordPipelineOptions(
    _ sizes: PipelineSizes, recordCount: Int, seed: UInt64
  ) throws(CommandError) -> RecordPipelineOptions {
    try check(sizes)
    var options = RecordPipelineOptions()
    options.batchSize = sizes.batchSize
    options.threads = sizes.threadCount
    options.seed = seed
    options.epochs = epochs
    options.batches = batches
    options.dropsRemainder = dropRemainder
    options.blendsEpochs = epochBoundary == .blend
    options.memoryLimit = sizes.memoryLimit.map { $0 << 20 }
    options.stallLimit = stallLimit.map { .seconds($0) }
    if !noShuffle {
      options.order = .shuffled(
        minAfterDequeue: sizes.minAfterDequeue(recordCount: recordCount), capacity: sizes.capacity)
    }
    return options
  }

  /// Checks what can be checked without data, so that a wrong command line is told before anything else.
  ///
  /// - Throws: ``CommandError/usage(_:)``.
  func check(_ sizes: PipelineSizes) throws(CommandError) {
    if sizes.preset != nil && transform != nil {
      throw .usage("'--preset' and '--transform' exclude each other")
    }
    if noShuffle && sizes.capacity != nil {
      throw .usage("'--no-shuffle' has no shuffle queue for '--capacity'")
    }
    if noShuffle && sizes.minAfterDequeue != nil {
      throw .usage("'--no-shuffle' has no shuffle queue for '--min-after-dequeue'")
    }
    let minimum = sizes.minAfterDequeue(recordCount: 0)
    if let capacity = sizes.capacity, capacity < minimum + sizes.batchSize {
      throw .usage(
        "'--capacity' must be at least min-after-dequeue + batch-size, or the queue could never deliver "
          + "(expected at least \(minimum + sizes.batchSize), found \(capacity))")
    }
  }
}
