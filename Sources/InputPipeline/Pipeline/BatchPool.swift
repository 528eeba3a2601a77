/// The memory of one batch.
struct BatchMemory: Sendable {
  let examples: MemoryRegion
  let labels: MemoryRegion
}

/// The memory of batches that were delivered and dropped, to be used again: the last one first, as it is most
/// likely still in a cache.
final class BatchPool: Sendable {
  let batchSize: Int
  let exampleLength: Int
  let labelsPerExample: Int
  private let keptCount: Int
  private let unused = Monitor<[BatchMemory]>([])

  /// A pool for batches of up to `batchSize` examples that keeps at most `keptCount` unused ones.
  init(batchSize: Int, exampleLength: Int, labelsPerExample: Int, keptCount: Int) {
    self.batchSize = batchSize
    self.exampleLength = exampleLength
    self.labelsPerExample = labelsPerExample
    self.keptCount = keptCount
  }

  /// Memory for one batch; never waits.
  func take() throws(MemoryError) -> BatchMemory {
    if let memory = unused.withLock({ $0.popLast() }) { return memory }
    return BatchMemory(
      examples: try MemoryRegion(byteCount: batchSize * exampleLength),
      labels: try MemoryRegion(byteCount: batchSize * labelsPerExample * MemoryLayout<Int32>.stride))
  }

  /// Takes memory back; more than the pool keeps goes back to the system.
  func give(_ memory: BatchMemory) {
    unused.withLock { unused in
      if unused.count < keptCount { unused.append(memory) }
    }
  }
}
