import CIFAR
import Examples
import PipeTestSupport
import SystemPackage
import Testing

/// The examples do what docs/queues-and-threads.md says, line by line.
@Suite("Examples", .timeLimit(.minutes(2)))
struct ExampleTests {
  @Test("a full queue and an empty queue make their callers wait")
  func blocking() throws {
    #expect(try queueThatBlocks() == Walkthrough.output(of: "QueueThatBlocks"))
  }

  @Test("elements that do not fit wait outside and move up one by one")
  func surplus() throws {
    #expect(try runnerThatTopsUp() == Walkthrough.output(of: "RunnerThatTopsUp"))
  }

  @Test("a stop ends a runner that waits for room")
  func stopping() throws {
    #expect(try runnerThatIsStopped() == Walkthrough.output(of: "RunnerThatIsStopped"))
  }

  @Test("the CIFAR pipeline delivers the tutorial's five shapes")
  func cifar() throws {
    let lines = try cifarBatches()

    #expect(try lines == Walkthrough.output(of: "CIFARBatches"))
    #expect(lines == Array(repeating: "(128, 24, 24, 3) (128, 1)", count: 5))
  }

  @Test("records of one's own come out in batches")
  func own() throws {
    #expect(try ownRecords() == Walkthrough.output(of: "OwnRecords"))
  }

  @Test("the tutorial's parts deliver one epoch of whole batches")
  func parts() throws {
    let directory = ScratchDirectory("parts")
    let files = SyntheticDataset(.cifar10, recordsPerFile: 300).recordFiles(.train).map { file in
      var bytes = [UInt8](repeating: 0, count: 300 * 3073)
      bytes.withUnsafeMutableBytes { file.records.readRecords(in: 0..<300, into: $0) }
      return directory.write(bytes, to: file.name)
    }

    #expect(try batchSizesOfParts(files: files) == Array(repeating: 128, count: 1500 / 128))
  }
}
