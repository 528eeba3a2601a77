import PipeTestSupport
import SystemPackage
import Testing

/// What `--format jsonl` says about one batch.
private struct BatchLine {
  let epoch: Int
  let batch: Int
  let number: Int
  let shape: [Int]
  let labels: [Int]
  let records: [String]
  let digest: String

  init(_ line: Substring) throws {
    let object = try JSONValue(parsing: String(line))
    #expect(object.names == ["epoch", "batch", "number", "shape", "labels", "records", "sha256"])
    epoch = try #require(object["epoch"]?.integer)
    batch = try #require(object["batch"]?.integer)
    number = try #require(object["number"]?.integer)
    shape = try #require(object["shape"]?.elements).compactMap(\.integer)
    labels = try #require(object["labels"]?.elements).compactMap(\.integer)
    records = try #require(object["records"]?.elements).compactMap(\.text)
    digest = try #require(object["sha256"]?.text)
    #expect(shape[0] == labels.count && labels.count == records.count)
    #expect(digest.wholeMatch(of: /[0-9a-f]{64}/) != nil)
  }
}

@Suite("Epochs, through --format jsonl", .timeLimit(.minutes(5)))
struct EpochTests {
  /// The names of all training records, in the order of the files.
  private static let names = (1...5).flatMap { file in
    (0..<SampleData.recordsPerFile).map { "data_batch_\(file).bin:\($0)" }
  }

  /// The label of each record, read from the files themselves.
  private static let labels: [String: Int] = {
    var labels: [String: Int] = [:]
    for file in 1...5 {
      let bytes = FileBytes.read(SampleData.directory.appending("data_batch_\(file).bin"))!
      for record in 0..<SampleData.recordsPerFile {
        labels["data_batch_\(file).bin:\(record)"] = Int(bytes[record * 3073])
      }
    }
    return labels
  }()

  private func deliver(_ options: String...) throws -> [BatchLine] {
    let result = Tool.command(
      ["batch", "--data", SampleData.directory.string, "--format", "jsonl", "--preset", "raw"] + options
    ).runChecked()
    #expect(result.status == .exited(0))
    let lines = try result.outputText.split(separator: "\n").map(BatchLine.init)
    #expect(lines.map(\.number) == Array(0..<lines.count))
    for line in lines { #expect(line.labels == line.records.map { Self.labels[$0] }) }
    return lines
  }

  @Test("each epoch has every record once, with its label, in an order of its own")
  func eachOnce() throws {
    let lines = try deliver("--epochs", "3", "--seed", "11", "--min-after-dequeue", "500")

    let epochs = (0..<3).map { epoch in lines.filter { $0.epoch == epoch } }
    for epoch in epochs {
      #expect(epoch.map(\.batch) == Array(0..<8))
      #expect(epoch.map { $0.shape[0] } == [128, 128, 128, 128, 128, 128, 128, 104])
      #expect(epoch.flatMap(\.records).sorted() == Self.names.sorted())
    }
    #expect(Set(epochs.map { $0.flatMap(\.records) } + [Self.names]).count == 4)
  }

  @Test("dropping the remainder drops other records in each epoch, and none comes twice")
  func dropped() throws {
    let lines = try deliver("--epochs", "2", "--seed", "11", "--drop-remainder", "--min-after-dequeue", "all")

    let epochs = (0..<2).map { epoch in lines.filter { $0.epoch == epoch }.flatMap(\.records) }
    for epoch in epochs { #expect(epoch.count == 896 && Set(epoch).count == 896) }
    #expect(Set(epochs[0]) != Set(epochs[1]))
  }

  @Test("blended epochs deliver every record as often as there are epochs")
  func blended() throws {
    let lines = try deliver(
      "--epochs", "3", "--seed", "11", "--epoch-boundary", "blend", "--min-after-dequeue", "400")

    var counts: [String: Int] = [:]
    for record in lines.flatMap(\.records) { counts[record, default: 0] += 1 }
    #expect(counts == Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 3) }))
    #expect(
      Set(lines.flatMap(\.records).prefix(1000)).count < 1000, "the first epoch does not mix with the second")
  }

  @Test("without shuffling the records come in the order of the files, in every epoch")
  func unshuffled() throws {
    let lines = try deliver("--epochs", "2", "--no-shuffle", "--batch-size", "250")

    #expect(lines.flatMap(\.records) == Self.names + Self.names)
  }

  @Test("the seed decides the order, and is drawn anew without one")
  func seeds() throws {
    let orders = try [["--seed", "1"], ["--seed", "1"], ["--seed", "2"], [], []].map { seed in
      let options = ["batch", "--data", SampleData.directory.string, "--format", "jsonl", "--batches", "1"]
      let result = Tool.command(options + seed).runChecked()
      return try BatchLine(result.outputText.split(separator: "\n")[0]).records
    }

    #expect(orders[0] == orders[1])
    #expect(Set(orders).count == 4)
  }
}
