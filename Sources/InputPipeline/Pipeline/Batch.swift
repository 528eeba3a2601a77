import Threads

/// Examples that leave the pipeline together, one directly after the other, and their labels.
///
/// A batch is never changed after it was delivered. Its memory goes back to the pipeline for a later batch when
/// the last reference to it goes.
public final class Batch: Sendable {
  /// Where the batch stands in the run.
  public let entry: BatchSchedule.Entry
  /// The records of the examples, in the order of the batch.
  public let records: ArraySlice<RecordReference>
  /// Bytes of one example.
  public let exampleLength: Int
  /// Labels of one example.
  public let labelsPerExample: Int

  /// The place among the ``BatchSlots`` in which the batch lies; `nil` where the pipeline has none.
  public var slot: Int? { memory.slot }

  private let memory: BatchMemory
  private let pool: BatchPool

  init(_ plan: BatchPlan, memory: BatchMemory, pool: BatchPool) {
    entry = plan.entry
    records = plan.records
    exampleLength = pool.exampleLength
    labelsPerExample = pool.labelsPerExample
    self.memory = memory
    self.pool = pool
  }

  deinit {
    pool.give(memory)
  }

  /// The number of examples.
  public var count: Int { records.count }

  /// Calls `body` with the examples as numbers of type `Value`, those of one example together.
  ///
  /// - Parameter type: The element type of the transform, such as `Float.self`; traps unless an example is a whole
  ///   number of them.
  public func withExamples<Value: BitwiseCopyable, Result, Failure: Error>(
    as type: Value.Type, _ body: (borrowing Span<Value>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { extendLifetime(self) }
    return try body(examples(of: type).span)
  }

  /// Calls `body` with the labels of all examples, those of one example together.
  public func withLabels<Result, Failure: Error>(
    _ body: (borrowing Span<Int32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { extendLifetime(self) }
    return try body(unsafeLabels.span)
  }

  /// A copy of the examples as numbers of type `Value`; see ``withExamples(as:_:)``.
  public func examples<Value: BitwiseCopyable>(as type: Value.Type) -> [Value] {
    defer { extendLifetime(self) }
    return Array(examples(of: type))
  }

  /// A copy of the labels of all examples, those of one example together.
  public var labels: [Int32] {
    defer { extendLifetime(self) }
    return Array(unsafeLabels)
  }

  /// The bytes of all examples, in memory that is another batch's as soon as this one is gone: keep the batch for as
  /// long as you look at them, with `withExtendedLifetime`.
  public var unsafeExamples: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(mutableExamples)
  }

  /// The labels of all examples, in memory that is another batch's as soon as this one is gone.
  public var unsafeLabels: UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(mutableLabels)
  }

  private func examples<Value: BitwiseCopyable>(of type: Value.Type) -> UnsafeBufferPointer<Value> {
    require(
      exampleLength % MemoryLayout<Value>.stride == 0,
      "batch: an example of \(exampleLength) bytes is no whole number of \(type)")
    return unsafeExamples.assumingMemoryBound(to: type)
  }

  var mutableExamples: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory.examples.bytes[..<(count * exampleLength)])
  }

  var mutableLabels: UnsafeMutableBufferPointer<Int32> {
    let all = memory.labels.bytes.bindMemory(to: Int32.self)
    return UnsafeMutableBufferPointer(rebasing: all[..<(count * labelsPerExample)])
  }
}

/// Which records make up a batch; what the batcher sends to the workers.
struct BatchPlan: Sendable {
  let entry: BatchSchedule.Entry
  /// The place in the order of delivery of this process, from 0.
  let sequenceNumber: Int
  let records: ArraySlice<RecordReference>
}
