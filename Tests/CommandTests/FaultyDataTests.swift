import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("Data that change during a run", .timeLimit(.minutes(5)))
struct FaultyDataTests {
  @Test(
    "a file that becomes shorter is wrong data, and no crash (B03)",
    arguments: [0, 3073 * 100, 3073 * 100 + 7])
  func truncated(length: Int) {
    let scratch = ScratchDirectory("truncated")
    let copied = Tool.shell("cp -r '\(SampleData.directory)' data", in: scratch.path).run()
    #expect(copied.status == .exited(0))
    let run = Tool.command(
      [
        "batch", "--data", "data", "--epochs", "1000000", "--memory-limit", "0", "--format", "raw",
        "--preset", "raw",
        "--min-after-dequeue", "100",
      ], in: scratch.path
    ).start()
    run.readOutput(1 << 20)

    truncate(scratch.path.appending("data/data_batch_3.bin").string, length)
    let result = run.finishChecked()

    #expect(result.status == .exited(65))
    #expect(
      result.errorText.hasPrefix(
        "cifar-pipe: data/data_batch_3.bin: the file became shorter while it was read"))
    #expect(result.errorText.split(separator: "\n").count == 1)
  }

  @Test("records that are overwritten in place are not mixed with those before (N19)")
  func overwritten() {
    let scratch = ScratchDirectory("overwritten")
    let copied = Tool.shell("cp -r '\(SampleData.directory)' data", in: scratch.path).run()
    #expect(copied.status == .exited(0))
    let run = Tool.command(
      [
        "batch", "--data", "data", "--epochs", "1000000", "--memory-limit", "0", "--format", "raw",
        "--preset", "raw", "--min-after-dequeue", "100",
      ], in: scratch.path
    ).start()
    run.readOutput(1 << 20)

    // The same bytes, and so the same size.
    _ = Tool.shell(
      "cat '\(SampleData.directory)/data_batch_3.bin' 1<> data/data_batch_3.bin", in: scratch.path
    ).run()
    let result = run.finishChecked()

    #expect(result.status == .exited(65))
    #expect(
      result.errorText
        == "cifar-pipe: data/data_batch_3.bin: was written to while it was read; run again when nobody writes to it\n"
    )
  }

  @Test("what is in memory does not change any more")
  func resident() {
    let scratch = ScratchDirectory("resident")
    _ = Tool.shell("cp -r '\(SampleData.directory)' data", in: scratch.path).run()
    let words = [
      "batch", "--data", "data", "--epochs", "40", "--seed", "1", "--format", "raw", "--preset", "raw",
    ]
    let expected = Tool.command(words, in: scratch.path).runChecked()
    let run = Tool.command(words, in: scratch.path).start()
    run.readOutput(4 << 20)

    _ = Tool.shell("rm -r data", in: scratch.path).run()
    let result = run.finishChecked()

    #expect(result.status == .exited(0))
    // Compared apart: a failed expectation would work out the difference of millions of bytes.
    let isIdentical = result.output == expected.output
    #expect(isIdentical)
  }
}
