import InputPipeline
import PipeTestSupport
import Testing

@Suite("An example source", .timeLimit(.minutes(1)))
struct ExampleSourceTests {
  private let coordinator = Coordinator()

  /// All examples that a batcher takes from `source`.
  private func drain<Element>(_ source: ExampleSource<Element>) throws -> [Element] {
    let batcher = Batcher.batch(source, batchSize: 1)
    try batcher.start(coordinator)
    let examples = batcher.flatMap(\.self)
    try coordinator.join()
    return examples
  }

  @Test("gives one example at a call (9.7)")
  func one() throws {
    #expect(try drain(ExampleSource(one: counting(to: 5))) == [0, 1, 2, 3, 4])
  }

  @Test("gives several examples at a call, also none (9.7)")
  func many() throws {
    let next = try counting(to: 4)

    let source = ExampleSource(many: { next().map { Array(repeating: $0, count: $0) } })

    #expect(try drain(source) == [1, 2, 2, 3, 3, 3])
  }

  @Test("takes the elements of a queue to its end, so that batches can be batched again (9.7)")
  func queue() throws {
    let queue = FIFOQueue<String>(name: "letters", capacity: 3)
    try queue.enqueueMany(["a", "b", "c"])
    queue.close()

    #expect(try drain(ExampleSource(queue)) == ["a", "b", "c"])
  }

  @Test("leaves out the examples that are not to be kept (9.11)")
  func keepInput() throws {
    #expect(try drain(ExampleSource(one: counting(to: 7), keepInput: { $0 % 3 == 0 })) == [0, 3, 6])
  }

  @Test("leaves out single examples of several (9.11)")
  func keepInputOfMany() throws {
    let next = try counting(to: 3)

    let source = ExampleSource(
      many: { next().map { [$0 * 10, $0 * 10 + 1] } }, keepInput: { $0 % 2 == 1 })

    #expect(try drain(source) == [1, 11, 21])
  }

  @Test("an example that is left out costs no place in the queue (9.11)")
  func noPlace() throws {
    let source = ExampleSource(one: try counting(to: 1000), keepInput: { _ in false })
    let batcher = Batcher.batch(source, batchSize: 1, capacity: 1)

    try batcher.start(coordinator)
    try coordinator.join()

    #expect(batcher.next() == nil)
    #expect(batcher.queue.statistics.enqueuedCount == 0)
  }

  @Test("an error of the source or of keepInput stops the pipeline", arguments: [true, false])
  func errors(inSource: Bool) throws {
    let source = ExampleSource<Int>(
      one: { if inSource { throw TestError(1) } else { 5 } }, keepInput: { _ in throw TestError(1) })
    let batcher = Batcher.batch(source, batchSize: 1)

    try batcher.start(coordinator)

    #expect(batcher.next() == nil)
    #expect(throws: TestError(1)) { try coordinator.join() }
  }
}
