import InputPipeline
import Threads

/// What `min_after_dequeue` does: how far records travel, how classes mix, and when the first batch is there.
struct ShuffleLesson: Lesson {
  /// The records of the source, sorted by their class.
  static let recordCount = 200
  private static let classCount = 10
  private static let batchSize = 20
  /// Records that the reader reads in a second of the lesson.
  private static let readingRate = 40.0
  /// Seconds that the trainer takes for a batch.
  private static let stepTime = 0.5
  /// The records that a column of the plot stands for.
  private static let recordsPerColumn = 5

  /// The values of `min_after_dequeue`; a word stands for all records.
  let minimums: [NumberOrWord]

  func tell(_ teller: Teller) throws {
    try teller.title(
      "cifar-pipe demo shuffle: what min_after_dequeue does",
      """
      \(Self.recordCount) records, sorted by class, 0 to 9, go through a shuffle queue into batches of \
      \(Self.batchSize). Each line is a batch: where in the source its records come from (a column is \
      \(Self.recordsPerColumn) of them: . one, : two, + more, # all), and their classes.
      """)
    var results: [[String]] = []
    for minimum in minimums {
      let run = try deliver(minimum, teller)
      results.append([
        Self.word(minimum), String(run.poolSize), Quantity.fixed(run.meanDistance, digits: 1),
        Quantity.fixed(run.meanClassCount, digits: 1), Teller.text(run.firstTime),
      ])
    }
    try teller.lines(
      "\n"
        + Table.text(
          [["min after dequeue", "pool", "records travel", "classes in a batch", "first batch"]] + results,
          rightAligned: 0))
    try teller.end(
      [
        "A batch is drawn from a pool of min_after_dequeue and a batch. A record leaves at most a pool too "
          + "early, and perhaps much later. It alone decides how well records mix.",
        "Mixing is paid for before the first batch, and with memory: the pool has to fill.",
        "A source that is sorted by class needs 'all'. CIFAR's files are not, so a part is enough.",
      ], next: "cifar-pipe demo pipeline")
  }

  /// What was seen of a run.
  struct Run {
    let poolSize: Int
    /// For each place in the order of delivery, the place in the source.
    var order: [Int] = []
    /// How many different classes each batch has.
    var classCounts: [Int] = []
    /// The time of the first batch, in seconds.
    var firstTime = 0.0

    /// How far records are from their place in the source, on average.
    var meanDistance: Double {
      Double(zip(order, order.indices).reduce(0) { $0 + abs($1.0 - $1.1) }) / Double(max(1, order.count))
    }

    var meanClassCount: Double { Double(classCounts.reduce(0, +)) / Double(max(1, classCounts.count)) }
  }

  /// Runs the records through a queue and tells each batch when it leaves.
  private func deliver(_ minimum: NumberOrWord, _ teller: Teller) throws -> Run {
    let kept =
      switch minimum {
      case .number(let number): number
      case .word: Self.recordCount
      }
    // The pool never holds more than there is.
    var run = Run(poolSize: min(kept + Self.batchSize, Self.recordCount))
    try teller.paragraph(
      "min after dequeue \(Self.word(minimum)): each batch is drawn from a pool of \(run.poolSize) records")
    let columns = Self.recordCount / Self.recordsPerColumn
    try teller.lines(
      "  time  batch  " + Text.left("first record of the source", columns - 4) + "last   classes\n")

    let queue = try RandomShuffleQueue<Int>(
      name: "shuffle", capacity: kept + Self.batchSize, minAfterDequeue: kept, seed: 1,
      drawing: .inBatches(of: Self.batchSize, epochLength: Self.recordCount))
    defer { queue.close(cancelPendingEnqueues: true) }
    teller.beginAgain()
    var readCount = 0
    for number in 1...Self.recordCount / Self.batchSize {
      // The trainer waits for a batch; the reader brings one record after the other until it has it.
      let take = try WaitingCall("trainer") { queue.dequeueMany(Self.batchSize) }
      try teller.wait { queue.statistics.waitingDequeueCount == 1 || take.hasEnded }
      while queue.statistics.dequeuedCount < number * Self.batchSize {
        try queue.enqueue(readCount)
        readCount += 1
      }
      let batch = try take.result(teller)!
      try teller.pass(until: Double(readCount) / Self.readingRate)
      if number == 1 { run.firstTime = teller.time }
      try teller.step(
        Text.right(String(number), 5) + "  |\(Self.plot(batch))|",
        batch.map { String(Self.label($0)) }.joined())
      run.order += batch
      run.classCounts.append(Set(batch.map(Self.label)).count)
      try teller.pass(Self.stepTime)
    }
    return run
  }

  /// The class of a record.
  static func label(_ record: Int) -> Int { record * classCount / recordCount }

  /// Where in the source the records of a batch come from.
  static func plot(_ batch: [Int]) -> String {
    var counts = Array(repeating: 0, count: recordCount / recordsPerColumn)
    for record in batch { counts[record / recordsPerColumn] += 1 }
    return String(
      counts.map { count -> Character in
        switch count {
        case 0: " "
        case 1: "."
        case 2: ":"
        case recordsPerColumn: "#"
        default: "+"
        }
      })
  }

  private static func word(_ minimum: NumberOrWord) -> String {
    switch minimum {
    case .number(let number): String(number)
    case .word: "all"
    }
  }
}
