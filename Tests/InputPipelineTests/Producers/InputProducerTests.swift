import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("An input producer", .timeLimit(.minutes(1)))
struct InputProducerTests {
  private let coordinator = Coordinator()

  /// Runs `producer` to its end and returns everything it gave.
  private func drain<Element>(_ producer: InputProducer<Element>) throws -> [Element] {
    try producer.start(coordinator)
    var elements: [Element] = []
    while let element = producer.queue.dequeue() { elements.append(element) }
    try coordinator.join()
    return elements
  }

  @Test("gives the elements in order, epoch after epoch, then the end (9.1, 9.3)")
  func inOrder() throws {
    let producer = try InputProducer(["a", "b", "c"], name: "letters", epochs: 2, shuffle: false)

    #expect(try drain(producer) == ["a", "b", "c", "a", "b", "c"])
    #expect(!coordinator.isStopRequested)
  }

  @Test("has a capacity of 32 and one thread (9.1)")
  func defaults() throws {
    let producer = try InputProducer(range: 5, epochs: 1)

    #expect(producer.queue.capacity == 32)
    #expect(try producer.runner.start(coordinator).count == 1)
    try coordinator.join()
    #expect(producer.queue.size == 5)
  }

  @Test("each epoch is a fresh permutation of all elements (9.2)")
  func shuffled() throws {
    let all = try drain(InputProducer(range: 100, epochs: 3, seed: 1))
    let epochs = [all[..<100], all[100..<200], all[200...]].map(Array.init)

    for epoch in epochs { #expect(epoch.sorted() == Array(0..<100)) }
    #expect(Set(epochs).count == 3)
    #expect(!epochs.contains(Array(0..<100)))
  }

  @Test("an epoch's order depends on the seed and its number alone, so a run can begin anywhere (9.2)")
  func orderIsFunction() throws {
    let whole = try drain(InputProducer(range: 10, epochs: 4, seed: 5))
    let rest = try drain(InputProducer(range: 10, epochs: 2, seed: 5, firstEpoch: 2))
    let other = try drain(InputProducer(range: 10, epochs: 4, seed: 6))

    #expect(Array(whole[20...]) == rest)
    #expect(whole != other)
    #expect(Array(whole[..<10]) == CounterGenerator(key: 5).derived(0).permutation(of: 10))
  }

  @Test("a capacity below an epoch blocks in its middle and loses nothing (9.2)")
  func smallCapacity() throws {
    let producer = try InputProducer(range: 50, epochs: 2, shuffle: false, capacity: 3)

    #expect(try drain(producer) == Array(0..<50) + Array(0..<50))
  }

  @Test("without a limit of epochs a stop ends it, also while it waits for room (9.1, 8.6)")
  func endless() throws {
    let producer = try InputProducer(range: 10, shuffle: false, capacity: 4)
    try producer.start(coordinator)
    let taken = producer.queue.dequeueMany(25)

    coordinator.requestStop()
    try coordinator.join()

    #expect(taken == (0..<25).map { $0 % 10 })
    #expect(producer.queue.isClosed)
  }

  @Test("file names come from a queue called names (9.4)")
  func names() throws {
    let producer = try InputProducer(names: ["a", "b"], epochs: 1, shuffle: false)

    #expect(producer.queue.name == "names")
    #expect(try drain(producer) == ["a", "b"] as [FilePath])
  }

  @Test("nothing to produce is an error (9.4)")
  func empty() {
    #expect(throws: ProducerError.noElements(producer: "names")) { try InputProducer(names: []) }
    #expect(throws: ProducerError.noElements(producer: "range")) { try InputProducer(range: 0) }
    #expect(throws: ProducerError.noElements(producer: "range")) { try InputProducer(range: -5) }
    #expect(
      "\(ProducerError.noElements(producer: "names"))"
        == "producer 'names': has no elements (expected at least 1, found 0)")
  }

  @Test("a limit of epochs below 1 is an error (5.1)")
  func limitTooSmall() {
    #expect(throws: ProducerError.epochLimitTooSmall(found: 0)) { try InputProducer(range: 1, epochs: 0) }
  }

  @Test("slices are the rows of all columns together (9.5)")
  func slices() throws {
    let producer = try sliceInputProducer(
      [1, 2, 3], ["a", "b", "c"], [true, false, true], epochs: 2, seed: 3)

    let rows = try drain(producer).map { "\($0.0)\($0.1)\($0.2)" }

    #expect(Set(rows) == ["1atrue", "2bfalse", "3ctrue"])
    #expect(rows.count == 6 && Set(rows[..<3]).count == 3)
  }

  @Test("columns of different lengths are an error (9.5)")
  func unequalColumns() {
    #expect(throws: ProducerError.unequalColumns(producer: "slices", expected: 3, found: 2)) {
      _ = try sliceInputProducer([1, 2, 3], ["a", "b"])
    }
    #expect(throws: ProducerError.noElements(producer: "slices")) {
      _ = try sliceInputProducer([Int](), [String]())
    }
  }

  @Test("tells how full its queue is, under TensorFlow's name (9.6)")
  func fractionFull() throws {
    let producer = try InputProducer(range: 8, epochs: 1, capacity: 32)
    #expect(producer.fractionFull == 0)

    try producer.start(coordinator)
    try coordinator.join()

    #expect(producer.fractionFull == 0.25)
    #expect(producer.fractionFullName == "fraction_of_32_full")
  }
}
