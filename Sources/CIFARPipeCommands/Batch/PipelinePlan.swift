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

  private var minimumText: String {
    guard case .shuffled(let minimum, _) = pipeline.options.order else { return "" }
    return ", min after dequeue \(minimum)"
  }

  private var lastBatchSize: Int {
    let rest = pipeline.schedule.recordCount % pipeline.options.batchSize
    return rest == 0 || pipeline.options.dropsRemainder ? pipeline.options.batchSize : rest
  }
}
