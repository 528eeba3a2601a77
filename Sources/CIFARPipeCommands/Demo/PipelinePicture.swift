import InputPipeline

/// The stages and queues of the pipeline on a line, from left to right.
struct PipelinePicture {
  /// What the threads of a stage mostly did for a while.
  enum State: Character {
    case works = ">"
    /// They waited for something to take.
    case starved = "?"
    /// They waited for room.
    case held = "="

    /// The state of a stage whose threads waited for so long out of `time`, those of several added up.
    init(starved: Duration, held: Duration, of time: Duration) {
      self = max(starved, held) <= time / 2 ? .works : starved > held ? .starved : .held
    }
  }

  /// The cells of the bars; a queue of at most so many elements has a cell for each.
  static let nameCells = 8, shuffleCells = 14, planCells = 8, batchCells = 8

  /// The names of stages and queues above the pictures, on two lines.
  static var heading: (stages: String, queues: String) {
    let stages = line([("filename", 4), ("reader", 12), ("batcher", 34), ("workers", 49), ("trainer", 63)])
    let queues = line([("queue", 4), ("shuffle queue", 22), ("drawn", 41), ("batches", 56)])
    return (stages, queues)
  }

  /// The picture of what happened between two looks.
  ///
  /// - Parameters:
  ///   - minimum: The elements that stay in the shuffle queue.
  ///   - time: From `earlier` to `now`.
  static func text(
    _ now: PipelineStatistics, since earlier: PipelineStatistics, minimum: Int, threads: Int, time: Duration
  ) -> String {
    let (reader, batcher, workers, trainer) = states(now, since: earlier, threads: threads, time: time)
    return bar(now.parts, cells: nameCells) + "  \(reader.rawValue)  "
      + bar(now.records, cells: shuffleCells, mark: minimum) + "  \(batcher.rawValue)  "
      + bar(now.plans, cells: planCells) + "  \(workers.rawValue)  "
      + Text.left(bar(now.ready, cells: batchCells), batchCells + 2) + " \(trainer.rawValue)"
  }

  /// What each stage mostly did between two looks.
  static func states(
    _ now: PipelineStatistics, since earlier: PipelineStatistics, threads: Int, time: Duration
  ) -> (reader: State, batcher: State, workers: State, trainer: State) {
    func taking(_ queue: KeyPath<PipelineStatistics, QueueStatistics>) -> Duration {
      now[keyPath: queue].dequeueWait - earlier[keyPath: queue].dequeueWait
    }
    func putting(_ queue: KeyPath<PipelineStatistics, QueueStatistics>) -> Duration {
      now[keyPath: queue].enqueueWait - earlier[keyPath: queue].enqueueWait
    }
    let slots = (now.freeSlots?.dequeueWait ?? .zero) - (earlier.freeSlots?.dequeueWait ?? .zero)
    return (
      State(starved: taking(\.parts), held: putting(\.records) + slots, of: time),
      State(starved: taking(\.records), held: putting(\.plans), of: time),
      State(starved: taking(\.plans), held: putting(\.ready), of: time * threads),
      State(starved: taking(\.ready), held: .zero, of: time)
    )
  }

  /// How full a queue is; where there is a mark, the cells before it are what stays inside.
  static func bar(_ queue: QueueStatistics, cells: Int, mark: Int? = nil) -> String {
    let cells = min(cells, queue.capacity)
    // After a dequeue that was given up a queue may hold more than its capacity.
    let filled = min(cells, (queue.size * cells + queue.capacity / 2) / queue.capacity)
    var bar = String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
    if let mark { bar.insert("|", at: bar.index(bar.startIndex, offsetBy: mark * cells / queue.capacity)) }
    return "[\(bar)]"
  }

  /// Words with their middle at a column.
  private static func line(_ words: [(text: String, middle: Int)]) -> String {
    words.reduce(into: "") { line, word in
      line = Text.left(line, word.middle - word.text.count / 2) + word.text
    }
  }
}
