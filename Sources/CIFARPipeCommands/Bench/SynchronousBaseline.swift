import CIFAR
import InputPipeline

/// The same work without queues and threads: records in a permuted order, one batch after the other.
struct SynchronousBaseline {
  let transform: CIFARTransform
  let options: RecordPipelineOptions
  let store: any RecordStore

  /// The median of images per second over several runs of one epoch.
  ///
  /// - Throws: What reading the records throws.
  func imagesPerSecond(runCount: Int) throws -> Double {
    let examples = try MemoryRegion(byteCount: options.batchSize * transform.exampleLength)
    let labels = try MemoryRegion(
      byteCount: options.batchSize * transform.labelsPerExample * MemoryLayout<Int32>.stride)
    var rates: [Double] = []
    // The first one reads what was not read yet and is not counted.
    for run in 0...runCount {
      let start = ContinuousClock.now
      let count = try deliver(epoch: run, examples, labels)
      if run > 0 { rates.append(Double(count) / start.duration(to: .now).inSeconds) }
    }
    return BenchResult.Spread(rates).median
  }

  private func deliver(epoch: Int, _ examples: MemoryRegion, _ labels: MemoryRegion) throws -> Int {
    var order = Array(0..<store.records.recordCount)
    CounterGenerator(key: options.seed).derived(UInt64(epoch)).shuffle(&order)
    var first = 0
    while first < order.count {
      try SignalTrap.checkpoint()
      let end = min(first + options.batchSize, order.count)
      var references = order[first..<end].map {
        RecordReference(record: UInt32($0), slot: RecordReference.absent, epoch: UInt32(epoch))
      }
      try store.readAbsent(&references)
      transform.transform(
        references[...], at: store.baseAddress,
        into: UnsafeMutableRawBufferPointer(
          rebasing: examples.bytes[..<(references.count * transform.exampleLength)]),
        labels: UnsafeMutableBufferPointer(
          rebasing: labels.bytes.bindMemory(to: Int32.self)[
            ..<(references.count * transform.labelsPerExample)]))
      try store.release(references[...])
      first = end
    }
    return order.count
  }
}
