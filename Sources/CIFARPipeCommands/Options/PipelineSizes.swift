import InputPipeline

/// The sizes of a pipeline that a benchmark may sweep over.
struct PipelineSizes: Sendable, Equatable {
  /// The allowed batch sizes.
  static let batchSizes = 1...1_048_576
  /// The allowed numbers of threads.
  static let threadCounts = 1...1024
  /// The allowed numbers of records in a shuffle queue.
  static let queueSizes = 0...1_000_000_000

  /// Examples in a batch.
  var batchSize = 128
  /// Worker threads; the word `auto`, or none, stands for the processors at hand.
  var threads: NumberOrWord?
  /// Examples that stay in the shuffle queue; the word `all` stands for a whole epoch.
  var minAfterDequeue: NumberOrWord?

  /// The number of worker threads.
  var threadCount: Int {
    guard case .number(let number)? = threads else { return Processors.count }
    return number
  }

  /// The examples that stay behind of a data set of `recordCount` records; 10,000 unless said otherwise.
  func minAfterDequeue(recordCount: Int) -> Int {
    switch minAfterDequeue ?? .number(10_000) {
    case .number(let number): number
    case .word: recordCount
    }
  }
}
