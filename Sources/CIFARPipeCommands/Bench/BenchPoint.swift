import CIFAR
import InputPipeline

/// One combination of what a benchmark sweeps over, with all that decides its figures.
struct BenchPoint {
  let sizes: PipelineSizes
  /// How long a simulated trainer is busy with each batch.
  let stepTime: Duration?
  let transform: CIFARTransform
  let options: RecordPipelineOptions

  /// A point of the runs of `inputs`.
  ///
  /// - Throws: As `RunInputs.options(_:unlessTold:)` and `RunInputs.transform(_:)`.
  init(_ sizes: PipelineSizes, stepTime: Duration?, of inputs: RunInputs) throws {
    self.sizes = sizes
    self.stepTime = stepTime
    transform = try inputs.transform(sizes)
    options = try inputs.options(sizes)
  }

  /// The examples that stay in the shuffle queue; `nil` without one.
  var minAfterDequeue: Int? {
    guard case .shuffled(let minimum, _) = options.order else { return nil }
    return minimum
  }

  /// Bytes of an image with its labels.
  var exampleLength: Int { transform.exampleLength + 4 * transform.labelsPerExample }

  /// A setting with its name in reports; what only a few runs have is `null` in the others.
  struct Setting {
    let name: String
    let value: JSON

    init(_ name: String, _ value: JSON) { (self.name, self.value) = (name, value) }
  }

  /// Everything that the speed depends on and that one call may vary, in the order of the columns.
  var sweptSettings: [Setting] {
    [
      Setting("preset", sizes.preset.map { .string($0.rawValue) } ?? .null),
      Setting("batch_size", .integer(options.batchSize)),
      Setting("min_after_dequeue", .optional(minAfterDequeue)),
      Setting("capacity", .optional(sizes.capacity)),
      Setting("memory_limit_mib", .optional(sizes.memoryLimit)),
      Setting("step_time_s", stepTime.map { .number($0.inSeconds) } ?? .null),
      Setting("threads", .integer(options.threads)),
    ]
  }

  /// What all points of one call have in common.
  func commonSettings(_ pipeline: PipelineOptions, source: SourceOrder) -> [Setting] {
    [
      Setting("seed", .string(String(options.seed))), Setting("epochs", .optional(options.epochs)),
      Setting("batches", .optional(options.batches)), Setting("first_batch", .integer(options.firstBatch)),
      Setting("drop_remainder", .bool(options.dropsRemainder)),
      Setting("epoch_boundary", .string(pipeline.epochBoundary.rawValue)),
      Setting("source_order", .string(source.rawValue)),
      Setting("labels", .string(pipeline.labels.rawValue)),
      Setting("label_dtype", .string(pipeline.labelDtype.rawValue)),
      Setting("shard", .string("\(options.share.index)/\(options.share.count)")),
      Setting("uneven", .string(options.share.uneven.rawValue)),
    ]
  }

  /// What the images are turned into.
  var transformSettings: [Setting] {
    [
      Setting("transform", .string(ImageOperation.text(of: transform.operations))),
      Setting("layout", .string(transform.layout.rawValue)),
      Setting("dtype", .string(transform.elementType.rawValue)),
    ]
  }
}
