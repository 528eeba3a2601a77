import CIFAR
import InputPipeline
import PipeTestSupport
import Testing

@testable import CIFARPipeCommands

/// What `show` draws; that all of it can be read on the picture, the tests of the contact sheet hold.
@Suite("show", .timeLimit(.minutes(5)))
struct ShowTests {
  private static let data = ["--data", SampleData.directory.string]

  /// The sheet of a command line.
  private func sheet(_ words: [String]) throws -> BatchSheet {
    try ShowCommand.parse(words + ["--output", "x.png"]).sheet()
  }

  @Test(
    "the title says which data, in which order, and what was done to them",
    arguments: [
      (
        data + ["--seed", "7"],
        ["CIFAR-10 train, cifar10", "seed 7", "eval: crop:24,standardize"]
      ),
      (
        ["--synthetic", "--split", "test", "--preset", "distort", "--seed", "1", "--shard", "1/2"],
        [
          "CIFAR-10 test, generated", "seed 1, shard 1/2",
          "distort: random-crop:24,flip,brightness:63,contrast:0.2:1.8,standardize",
        ]
      ),
      (
        data + ["--no-shuffle", "--transform", "crop:8"],
        ["CIFAR-10 train, cifar10", "in the order of the files", "crop:8"]
      ),
      (
        data + ["--no-shuffle", "--preset", "bytes", "--seed", "3"],
        ["CIFAR-10 train, cifar10", "seed 3, in the order of the files", "bytes: translate:4,flip"]
      ),
      (
        [
          "--dataset", "cifar100", "--data", SampleData.hundred.string + "/.", "--seed", "9", "--preset",
          "raw",
        ],
        ["CIFAR-100 train, \(SampleData.hundred)/.", "seed 9", "raw: none"]
      ),
    ])
  func title(words: [String], title: [String]) throws {
    #expect(try sheet(words + ["--batch-size", "4"]).title == title)
  }

  @Test("a seed that was drawn is in the title")
  func drawnSeed() throws {
    #expect(try sheet(Self.data + ["--batch-size", "4"]).title[1].wholeMatch(of: /seed \d+/) != nil)
  }

  @Test(
    "without a number one batch is drawn, else all up to it, each with its place",
    arguments: [
      ([], ["epoch 0, batch 0"]),
      (["--start-batch", "9"], ["epoch 1, batch 1; batch 9 of the run"]),
      (
        ["--start-batch", "7", "--batches", "9"],
        ["epoch 0, batch 7", "epoch 1, batch 0; batch 8 of the run"]
      ),
      (["--epochs", "1"], (0..<8).map { "epoch 0, batch \($0)" }),
      (["--shard", "1/3", "--batches", "6"], ["epoch 0, batch 1", "epoch 0, batch 4"]),
    ] as [([String], [String])])
  func headings(words: [String], headings: [String]) throws {
    let sheet = try sheet(Self.data + ["--seed", "1", "--scale", "1"] + words)

    #expect(sheet.sections.map(\.heading) == headings)
    #expect(sheet.imageCount == sheet.sections.reduce(0) { $0 + $1.tiles.count })
  }

  @Test("the images are those that batch delivers")
  func sameImages() throws {
    let words = Self.data + ["--seed", "5", "--batch-size", "6", "--preset", "raw", "--batches", "2"]
    let sheet = try sheet(words)
    let delivered = Tool.command(["batch", "--format", "raw"] + words).runChecked().output

    // Bytes are drawn as they are; the labels of six images come behind them.
    var rest = delivered[...]
    for section in sheet.sections {
      #expect(Array(rest.prefix(6 * 3072)) == section.tiles.flatMap(\.pixels))
      rest = rest.dropFirst(6 * 3072 + 6 * 4)
    }
    #expect(rest.isEmpty && sheet.sections.count == 2)
  }

  @Test("all labels that were asked for are drawn, the coarse one first", arguments: LabelSelection.allCases)
  func labels(selection: LabelSelection) throws {
    let sheet = try sheet([
      "--dataset", "cifar100", "--data", SampleData.hundred.string, "--labels", selection.rawValue,
      "--no-shuffle",
      "--batch-size", "3", "--scale", "1",
    ])

    let labels = sheet.sections[0].tiles.map(\.labels)
    let facts = DatasetKind.cifar100.facts
    let (coarse, fine) = (facts.coarseNames, facts.fineNames)
    for (number, lines) in labels.enumerated() {
      #expect(lines.last?.hasSuffix(":\(number)") == true, "\(lines)")
      let names = lines.dropLast()
      switch selection {
      case .fine: #expect(names.count == 1 && fine.contains(names[0]))
      case .coarse: #expect(names.count == 1 && coarse.contains(names[0]))
      case .both: #expect(names.count == 2 && coarse.contains(names[0]) && fine.contains(names[1]))
      }
    }
  }
}
