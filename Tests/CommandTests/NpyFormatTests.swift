import PipeTestSupport
import Testing

@Suite("--format npy", .timeLimit(.minutes(5)))
struct NpyFormatTests {
  @Test(
    "images and labels of each batch, and nothing else, in the order of --format raw",
    arguments: [
      (["--preset", "distort"], "<f4", [24, 24, 3], 1), (["--preset", "torch"], "<f4", [3, 32, 32], 1),
      (["--preset", "raw"], "|u1", [32, 32, 3], 1),
      (["--preset", "torch-eval", "--dtype", "float16"], "<f2", [3, 32, 32], 1),
      (["--preset", "bytes"], "|u1", [3, 32, 32], 1),
      (["--transform", "crop:8", "--drop-remainder"], "|u1", [8, 8, 3], 1),
    ])
  func arrays(options: [String], descriptor: String, image: [Int], labels: Int) throws {
    let common =
      ["batch", "--data", SampleData.directory.string, "--seed", "3", "--batch-size", "300"] + options

    let npy = Tool.command(common + ["--format", "npy"]).runChecked()
    let raw = Tool.command(common + ["--format", "raw"]).runChecked()

    let arrays = try NpyArray.all(in: npy.output)
    let counts = options.contains("--drop-remainder") ? [300, 300, 300] : [300, 300, 300, 100]
    #expect(arrays.map(\.shape) == counts.flatMap { [[$0] + image, [$0, labels]] })
    #expect(arrays.map(\.descriptor) == counts.flatMap { _ in [descriptor, "<i4"] })
    // Compared apart: a failed expectation would work out the difference of millions of bytes.
    let isIdentical = arrays.flatMap { npy.output[$0.elements] } == raw.output
    #expect(isIdentical)
  }

  @Test("marks tell the end of an epoch from a stream that ends within one")
  func marks() throws {
    let result = Tool.run(
      "batch", "--data", SampleData.directory.string, "--batch-size", "600", "--epochs", "2", "--batches",
      "3",
      "--format", "npy", "--epoch-marks")

    let shapes = try NpyArray.all(in: result.output).map(\.shape)
    #expect(
      shapes == [
        [600, 24, 24, 3], [600, 1], [400, 24, 24, 3], [400, 1], [0, 24, 24, 3], [0, 1], [600, 24, 24, 3],
        [600, 1],
      ])
  }

  @Test("both labels of CIFAR-100 stand in a row")
  func bothLabels() throws {
    let result = Tool.run(
      "batch", "--data", SampleData.hundred.string, "--dataset", "cifar100", "--labels", "both", "--preset",
      "raw",
      "--no-shuffle", "--format", "npy")

    let labels = try NpyArray.all(in: result.output).filter { $0.descriptor == "<i4" }
    #expect(labels.map(\.shape) == [[128, 2], [72, 2]])
    let file = try #require(FileBytes.read(SampleData.hundred.appending("train.bin")))
    let expected = (0..<200).flatMap { record -> [UInt8] in
      [file[record * 3074], 0, 0, 0, file[record * 3074 + 1], 0, 0, 0]
    }
    #expect(labels.flatMap { result.output[$0.elements] } == expected)
  }
}
