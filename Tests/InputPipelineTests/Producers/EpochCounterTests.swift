import InputPipeline
import PipeTestSupport
import Testing

@Suite("An epoch counter", .timeLimit(.minutes(1)))
struct EpochCounterTests {
  @Test("with a limit of 3 gives 0, 1, 2 and then the end for ever; the count stays 3 (5.1, 5.2)")
  func limited() throws {
    let counter = try EpochCounter(limit: 3)

    #expect((0..<6).map { _ in counter.next() } == [0, 1, 2, nil, nil, nil])
    #expect(counter.count == 3)
  }

  @Test("without a limit goes on (5.1)")
  func unlimited() throws {
    let counter = try EpochCounter()

    #expect((0..<1000).map { _ in counter.next() } == Array(0..<1000))
  }

  @Test("a limit below 1 is refused (5.1)", arguments: [0, -1])
  func refused(limit: Int) {
    #expect(throws: ProducerError.epochLimitTooSmall(found: limit)) { try EpochCounter(limit: limit) }
  }

  @Test("can go on behind an earlier run")
  func first() throws {
    let counter = try EpochCounter(limit: 2, first: 5)

    #expect((0..<3).map { _ in counter.next() } == [5, 6, nil])
  }

  @Test("gives each number to one thread only (5.2)")
  func threads() throws {
    let counter = try EpochCounter(limit: 4000)
    let log = EventLog()
    let threads = (0..<4).map { number in
      PipelineThread(name: "counting-\(number)") {
        while let number = counter.next() { log.add("\(number)") }
      }
    }

    for thread in threads { try thread.start() }
    for thread in threads { thread.join() }

    #expect(Set(log.all).count == 4000 && log.all.count == 4000)
  }
}
