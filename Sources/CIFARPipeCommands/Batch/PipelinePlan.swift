import CIFAR
import InputPipeline

/// What `--dry-run` prints: the stages, the queues and the numbers of a run.
struct PipelinePlan {
  let pipeline: RecordPipeline
  let inputs: RunInputs

  /// One fact a line: a name, spaces, the value.
  var text: String {
    let options = pipeline.options
    let schedule = pipeline.schedule
    let (dataset, transform) = (inputs.dataset, inputs.transform)
    var lines = [
      (
        "dataset",
        "\(dataset.kind.rawValue), \(dataset.records.recordCount) records in "
          + "\(dataset.records.parts.count) files"
      ),
      (
        "records",
        "\(pipeline.statistics.freeSlots == nil ? "stay in memory" : "streamed"), "
          + "\(pipeline.store.byteCount) bytes reserved"
      ),
      (
        "transform",
        "\(ImageOperation.text(of: transform.operations)), \(transform.layout.rawValue), "
          + transform.elementType.rawValue
      ),
      ("seed", String(options.seed)),
      ("shard", "\(options.share.index)/\(options.share.count), uneven \(options.share.uneven.rawValue)"),
      ("threads", "\(options.threads) workers, 1 reader, 1 batcher, 1 producer of parts"),
    ]
    let queues = pipeline.statistics
    for queue in queues.all {
      lines.append(
        (
          "queue",
          "\(queue.name), capacity \(queue.capacity == .max ? "unbounded" : "\(queue.capacity)")"
            + (queue == queues.records ? minimumText : "")
        ))
    }
    lines += [
      (
        "batch",
        "\(options.batchSize) examples, \(options.batchSize * transform.exampleLength) bytes of images"
      ),
      (
        "batches",
        "\(schedule.batchesPerEpoch) an epoch, \(schedule.batchCount.map(String.init) ?? "no end") in all"
      ),
      ("memory", "at most \(pipeline.memory)"),
      ("last batch", "\(lastBatchSize) examples at the end of an epoch"),
    ]
    return Table.text(lines.map { [$0.0, $0.1] })
  }

  /// The same as one object; keys are only ever added.
  var json: JSON {
    let options = pipeline.options
    let schedule = pipeline.schedule
    let (dataset, transform, memory) = (inputs.dataset, inputs.transform, pipeline.memory)
    let queues = pipeline.statistics
    return .object([
      ("schema", .string("cifar-pipe/plan/1")), ("dataset", .string(dataset.kind.rawValue)),
      ("records", .integer(dataset.records.recordCount)), ("files", .integer(dataset.records.parts.count)),
      ("records_stay_in_memory", .bool(queues.freeSlots == nil)),
      ("reserved_bytes", .integer(pipeline.store.byteCount)),
      ("transform", .string(ImageOperation.text(of: transform.operations))),
      ("layout", .string(transform.layout.rawValue)), ("dtype", .string(transform.elementType.rawValue)),
      // As text: many readers of JSON know no whole numbers of 64 bits.
      ("seed", .string(String(options.seed))),
      (
        "shard",
        .object([
          ("index", .integer(options.share.index)), ("count", .integer(options.share.count)),
          ("uneven", .string(options.share.uneven.rawValue)),
        ])
      ),
      ("threads", .integer(options.threads)),
      ("min_after_dequeue", .optional(minimum)),
      (
        "queues",
        .array(
          queues.all.map { queue in
            .object([
              ("name", .string(queue.name)),
              ("capacity", queue.capacity == .max ? .null : .integer(queue.capacity)),
            ])
          })
      ),
      ("batch_size", .integer(options.batchSize)),
      ("batch_image_bytes", .integer(options.batchSize * transform.exampleLength)),
      ("first_batch", .integer(options.firstBatch)),
      ("batches_per_epoch", .integer(schedule.batchesPerEpoch)),
      ("batches", .optional(schedule.batchCount)), ("last_batch_size", .integer(lastBatchSize)),
      (
        "memory",
        .object([
          ("total_bytes", .integer(memory.total)), ("records_bytes", .integer(memory.records)),
          ("queues_bytes", .integer(memory.queues)), ("batches_bytes", .integer(memory.batches)),
          ("threads_bytes", .integer(memory.threads)),
        ])
      ),
    ])
  }

  private var minimum: Int? {
    guard case .shuffled(let minimum, _) = pipeline.options.order else { return nil }
    return minimum
  }

  private var minimumText: String { minimum.map { ", min after dequeue \($0)" } ?? "" }

  private var lastBatchSize: Int {
    let rest = pipeline.schedule.recordCount % pipeline.options.batchSize
    return rest == 0 || pipeline.options.dropsRemainder ? pipeline.options.batchSize : rest
  }
}
