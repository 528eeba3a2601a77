import Threads

/// The memory of one batch.
struct BatchMemory: Sendable {
  let examples: MemoryRegion
  let labels: MemoryRegion
  /// Its number among the ``BatchSlots``; `nil` for memory of the pipeline's own.
  var slot: Int?
}

/// Memory from outside for the batches of a pipeline, such as memory that another process sees: a fixed number of
/// places.
public struct BatchSlots: Sendable {
  let memories: [BatchMemory]
  let beforeTaking: @Sendable () -> Void
  let whenEmpty: @Sendable () -> Void

  /// Slots in `region`, numbered from 0; traps unless there is at least one, and all lie in the region.
  ///
  /// - Parameters:
  ///   - offset: Where slot 0 begins; this and the other distances are in bytes, multiples of 64.
  ///   - stride: From one slot to the next.
  ///   - labelsOffset: From the start of a slot, where its examples are, to its labels.
  ///   - beforeTaking: Called by a worker before it takes a slot, to drop batches that are not needed any more: the
  ///     slot of the last one dropped is taken first, as it is most likely still in a cache.
  ///   - whenEmpty: Called by a worker that finds no slot and has to wait for a batch that is dropped.
  public init(
    _ count: Int, in region: MemoryRegion, offset: Int, stride: Int, labelsOffset: Int,
    beforeTaking: @escaping @Sendable () -> Void = {}, whenEmpty: @escaping @Sendable () -> Void = {}
  ) {
    require(count >= 1, "batch slots: there must be at least 1, not \(count)")
    self.beforeTaking = beforeTaking
    self.whenEmpty = whenEmpty
    require(
      (offset | stride | labelsOffset) % 64 == 0, "batch slots: every distance must be a multiple of 64 bytes"
    )
    memories = (0..<count).map { slot in
      let start = offset + slot * stride
      return BatchMemory(
        examples: MemoryRegion(start..<start + labelsOffset, of: region),
        labels: MemoryRegion(start + labelsOffset..<start + stride, of: region), slot: slot)
    }
  }
}

/// The memory of batches that were delivered and dropped, to be used again: the last one first, as it is most
/// likely still in a cache.
final class BatchPool: Sendable {
  /// What a wait for a slot is called.
  static let slotsName = "slots"

  let exampleLength: Int
  let labelsPerExample: Int
  private let exampleBytes: Int
  private let labelBytes: Int
  /// How many unused pieces of memory are kept.
  private let keptCount: Int
  /// The memory that the pool began with and besides which it has no other; `nil` for the pipeline's own.
  private let slots: BatchSlots?
  private let state: Monitor<State>
  private let changed = Condition()

  private struct State {
    var unused: [BatchMemory]
    /// How often memory was taken and not given back unused.
    var takenCount = 0
    /// How often memory will be needed, once that is known.
    var neededCount = Int.max

    mutating func take() -> BatchMemory? {
      let memory = unused.popLast()
      if memory != nil { takenCount += 1 }
      return memory
    }
  }

  /// A pool for batches of up to `longestBatch` examples; traps if they do not fit into `slots`.
  ///
  /// - Parameter slots: All memory that there is; `nil` for as much of the pipeline's own as is needed.
  init(
    _ options: RecordPipelineOptions, longestBatch: Int, exampleLength: Int, labelsPerExample: Int,
    slots: BatchSlots? = nil
  ) {
    self.exampleLength = exampleLength
    self.labelsPerExample = labelsPerExample
    let exampleBytes = longestBatch * exampleLength
    let labelBytes = longestBatch * labelsPerExample * MemoryLayout<Int32>.stride
    let memories = slots?.memories ?? []
    require(
      memories.allSatisfy { $0.examples.bytes.count >= exampleBytes && $0.labels.bytes.count >= labelBytes },
      "batch slots: too small for \(exampleBytes) bytes of examples and \(labelBytes) bytes of labels")
    (self.exampleBytes, self.labelBytes) = (exampleBytes, labelBytes)
    self.slots = slots
    keptCount = slots?.memories.count ?? options.batchesAlive
    // From the end, so that slot 0 is the first.
    state = Monitor(State(unused: memories.reversed()))
  }

  /// Memory for one batch; where there are slots, it waits for one.
  ///
  /// What ends the wait: a batch that is dropped, or ``expect(_:)``.
  ///
  /// - Returns: `nil` when no more batches will need memory.
  func take() throws(MemoryError) -> BatchMemory? {
    slots?.beforeTaking()
    if let memory = state.withLock({ $0.take() }) { return memory }
    if let slots {
      slots.whenEmpty()
      let activity = ThreadActivity.current
      activity?.wait(at: Self.slotsName, for: .element)
      defer { activity?.goOn() }
      return state.wait(on: changed) { state -> BatchMemory?? in
        if let memory = state.take() { return memory }
        return state.takenCount < state.neededCount ? nil : .some(nil)
      }
    }
    return BatchMemory(
      examples: try MemoryRegion(byteCount: exampleBytes), labels: try MemoryRegion(byteCount: labelBytes))
  }

  /// Takes memory back; more than the pool keeps goes back to the system.
  ///
  /// - Parameter isUnused: Whether no batch was made in it.
  func give(_ memory: BatchMemory, isUnused: Bool = false) {
    state.withLock { state in
      if isUnused { state.takenCount -= 1 }
      if state.unused.count < keptCount { state.unused.append(memory) }
    }
    if slots != nil { changed.signal() }
  }

  /// Tells how many batches there will be in all, so that nobody waits for a slot that no batch needs.
  ///
  /// Nobody waits any more after `expect(0)`, which is for a stop.
  func expect(_ count: Int) {
    state.withLock(waking: changed) { $0.neededCount = min($0.neededCount, count) }
  }
}
