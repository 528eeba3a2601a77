import CIFAR
import Platform
import InputPipeline

/// The same work without queues and threads: records in a permuted order, one batch after the other.
struct SynchronousBaseline {
  private let transform: CIFARTransform
  private let options: RecordPipelineOptions
  private let store: any RecordStore
  private let examples: MemoryRegion
  private let labels: MemoryRegion

  /// A baseline with room for a batch.
  ///
  /// - Throws: `MemoryError`.
  init(transform: CIFARTransform, options: RecordPipelineOptions, store: any RecordStore) throws {
    self.transform = transform
    self.options = options
    self.store = store
    examples = try MemoryRegion(byteCount: options.batchSize * transform.exampleLength)
    labels = try MemoryRegion(
      byteCount: options.batchSize * transform.labelsPerExample * MemoryLayout<Int32>.stride)
  }

  /// The median of images per second over several runs of one epoch.
  ///
  /// - Throws: What reading the records throws.
  func imagesPerSecond(runCount: Int) throws -> Double {
    var rates: [Double] = []
    // The first one reads what was not read yet and is not counted.
    for run in 0...runCount {
      let order = order(epoch: run)
      let start = ContinuousClock.now
      try deliver(order[...], epoch: run)
      if run > 0 { rates.append(Double(order.count) / start.duration(to: .now).inSeconds) }
    }
    return Spread(rates).median
  }

  /// The processor time of making one example of a record that was read.
  ///
  /// - Throws: What reading the records throws.
  func timePerImage() throws -> Duration {
    let sample = order(epoch: 0).prefix(max(8192, options.batchSize))
    var time = Duration.zero
    // The second pass finds what the first has loaded.
    for _ in 0..<2 { time = try deliver(sample, epoch: 0) }
    return time / max(1, sample.count)
  }

  private func order(epoch: Int) -> [Int] {
    var order = Array(0..<store.records.recordCount)
    CounterGenerator(key: options.seed).derived(UInt64(epoch)).shuffle(&order)
    return order
  }

  /// Makes examples of the records of `order`, a batch at a time.
  ///
  /// - Returns: The processor time of that, without reading.
  @discardableResult
  private func deliver(_ order: ArraySlice<Int>, epoch: Int) throws -> Duration {
    var time = Duration.zero
    var first = order.startIndex
    while first < order.endIndex {
      try SignalTrap.checkpoint()
      let end = min(first + options.batchSize, order.endIndex)
      var references = order[first..<end].map {
        RecordReference(record: UInt32($0), slot: RecordReference.absent, epoch: UInt32(epoch))
      }
      try store.readAbsent(&references)
      let begin = ThisProcess.threadTime
      transform.transform(
        references[...], at: store.baseAddress,
        into: UnsafeMutableRawBufferPointer(
          rebasing: examples.bytes[..<(references.count * transform.exampleLength)]),
        labels: UnsafeMutableBufferPointer(
          rebasing: labels.bytes.bindMemory(to: Int32.self)[
            ..<(references.count * transform.labelsPerExample)]))
      time += ThisProcess.threadTime - begin
      try store.release(references[...])
      first = end
    }
    return time
  }
}
