import SystemPackage

/// A queue that is filled with the same elements epoch after epoch, and the runner that does it.
///
/// An epoch is all elements once: a fresh permutation, or the given order. Epochs follow each other without
/// mixing. The order is a pure function of seed and epoch number, so that a run can begin at any epoch. After
/// the last epoch the queue is closed and can be drained.
/// Source: TensorFlow 1.x, `python/training/input.py`.
public struct InputProducer<Element: Sendable>: Sendable {
  /// The capacity that the queue has unless another is given, as in TensorFlow.
  public static var defaultCapacity: Int { 32 }

  /// Where the elements come out; first in, first out.
  public let queue: FIFOQueue<Element>

  /// The one thread that fills the queue.
  public let runner: QueueRunner

  /// A producer of `elements`.
  ///
  /// - Parameters:
  ///   - elements: What an epoch consists of.
  ///   - name: The name of the queue.
  ///   - epochs: How many epochs to produce, at least 1; `nil` means without end.
  ///   - shuffle: Whether each epoch has an order of its own, instead of the given one.
  ///   - seed: Equal seeds give equal orders; `nil` draws a seed.
  ///   - firstEpoch: The number of the first epoch, at least 0 (traps otherwise): more goes on with a run.
  ///   - capacity: The most elements that wait in the queue; may be less than an epoch.
  /// - Throws: ``ProducerError/noElements(producer:)`` or ``ProducerError/epochLimitTooSmall(found:)``.
  @inlinable
  public init(
    _ elements: [Element], name: String, epochs: Int? = nil, shuffle: Bool = true, seed: UInt64? = nil,
    firstEpoch: Int = 0, capacity: Int = defaultCapacity
  ) throws(ProducerError) {
    guard !elements.isEmpty else { throw .noElements(producer: name) }
    let counter = try EpochCounter(limit: epochs, first: firstEpoch)
    let generator = CounterGenerator(key: seed ?? .random(in: .min ... .max))
    let queue = FIFOQueue<Element>(name: name, capacity: capacity)
    self.queue = queue
    runner = QueueRunner(queue: queue) {
      guard let epoch = counter.next() else { return false }
      var epochElements = elements
      if shuffle { generator.derived(UInt64(epoch)).shuffle(&epochElements) }
      try queue.enqueueMany(epochElements)
      return true
    }
  }

  /// Starts the thread, stopped by `coordinator`; see ``QueueRunner/start(_:with:)``.
  public func start(
    _ coordinator: Coordinator, with starter: ThreadStarter = .system
  ) throws(ThreadError) {
    try runner.start(coordinator, with: starter)
  }

  /// The share of the capacity that is in use, from 0 to 1; 0 for a capacity of 0.
  public var fractionFull: Double {
    queue.capacity == 0 ? 0 : Double(queue.size) / Double(queue.capacity)
  }

  /// TensorFlow's name for ``fractionFull`` in summaries.
  public var fractionFullName: String { "fraction_of_\(queue.capacity)_full" }
}

extension InputProducer<FilePath> {
  /// A producer of file names; TensorFlow's `string_input_producer`.
  ///
  /// The parameters and errors are those of the general producer.
  public init(
    names: [FilePath], name: String = "names", epochs: Int? = nil, shuffle: Bool = true, seed: UInt64? = nil,
    firstEpoch: Int = 0, capacity: Int = defaultCapacity
  ) throws(ProducerError) {
    try self.init(
      names, name: name, epochs: epochs, shuffle: shuffle, seed: seed, firstEpoch: firstEpoch,
      capacity: capacity)
  }
}

extension InputProducer<Int> {
  /// A producer of the numbers `0 ..< limit`; TensorFlow's `range_input_producer`.
  ///
  /// The other parameters and the errors are those of the general producer.
  ///
  /// - Parameter limit: At least 1, or there are no elements.
  public init(
    range limit: Int, name: String = "range", epochs: Int? = nil, shuffle: Bool = true, seed: UInt64? = nil,
    firstEpoch: Int = 0, capacity: Int = defaultCapacity
  ) throws(ProducerError) {
    try self.init(
      Array(0..<max(0, limit)), name: name, epochs: epochs, shuffle: shuffle, seed: seed,
      firstEpoch: firstEpoch, capacity: capacity)
  }
}

/// A producer of the rows of a table that is given as columns; TensorFlow's `slice_input_producer`.
///
/// The other parameters and errors are those of ``InputProducer``.
///
/// - Parameter columns: At least one; the elements of one row stand at the same place in all columns.
/// - Throws: ``ProducerError/unequalColumns(producer:expected:found:)`` besides.
public func sliceInputProducer<First: Sendable, each Other: Sendable>(
  _ first: [First], _ others: repeat [each Other], name: String = "slices", epochs: Int? = nil,
  shuffle: Bool = true, seed: UInt64? = nil, firstEpoch: Int = 0, capacity: Int = 32
) throws(ProducerError) -> InputProducer<(First, repeat each Other)> {
  for column in repeat each others {
    guard column.count == first.count else {
      throw .unequalColumns(producer: name, expected: first.count, found: column.count)
    }
  }
  let rows = first.indices.map { index in (first[index], repeat (each others)[index]) }
  return try InputProducer(
    rows, name: name, epochs: epochs, shuffle: shuffle, seed: seed, firstEpoch: firstEpoch,
    capacity: capacity)
}

/// Why a producer cannot be made.
public enum ProducerError: Error, Equatable, Sendable {
  /// There is nothing to produce.
  case noElements(producer: String)
  /// A limit of epochs is at least 1.
  case epochLimitTooSmall(found: Int)
  /// The columns of a slice producer have different lengths.
  case unequalColumns(producer: String, expected: Int, found: Int)
}

extension ProducerError: CustomStringConvertible {
  /// One line: the producer, and what is wrong.
  public var description: String {
    switch self {
    case .noElements(let producer): "producer '\(producer)': has no elements (expected at least 1, found 0)"
    case .epochLimitTooSmall(let found):
      "limit of epochs: is too small (expected at least 1, found \(found))"
    case .unequalColumns(let producer, let expected, let found):
      "producer '\(producer)': columns differ in length (expected \(expected) elements, found \(found))"
    }
  }
}
