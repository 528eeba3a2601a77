import PipeTestSupport
import SystemPackage
import Testing

@Suite("what bench refuses before it measures", .timeLimit(.minutes(5)))
struct BenchUsageTests {
  private static let data = ["--data", SampleData.directory.string]
  private static let quick = data + ["--runs", "1", "--warmup", "0"]

  @Test(
    "numbers and words out of range are refused with what is allowed, and nothing is measured (M01)",
    arguments: [
      (["--runs", "0"], "from 1 to 1000"), (["--runs", "-5"], "from 1 to 1000"),
      (["--runs", "x"], "from 1 to 1000"), (["--warmup", "-1"], "from 0 to 100"),
      (["--baseline", "x"], "sync"), (["--source-order", "x"], "by-class"),
      (["--step-time", "12"], "did you mean '12ms' or '12s'?"), (["--step-time", "0ms"], "--step-time"),
      (["--step-time", "-1s"], "--step-time"), (["--step-time", "nans"], "--step-time"),
      (["--min-au", "95"], "'--min-au' needs '--step-time'"),
      (["--min-au", "101", "--step-time", "1ms"], "from 0.0 to 100.0"), (["--min-rate", "-1"], "from 0.0"),
      (["--threads", "1,,2"], "from 1 to 1024"), (["--threads", "1,x"], "from 1 to 1024"),
      (["--batch-size", "64,0"], "from 1 to 1048576"),
      (["--min-after-dequeue", "10,1000", "--capacity", "500"], "--capacity"),
      (["--threads", "1-"], "from 1 to 1024"), (["--threads", "4-2"], "expected a range from 1 to 1024"),
      (["--threads", "1-2000"], "expected a range from 1 to 1024"),
      (["--batch-size", "1-5000"], "at most 1000"),
      (["--preset", "eval,x"], "expected 'eval', 'distort'"),
      (["--batch-size", "1-1000", "--threads", "1-11"], "at most 10000 combinations"),
      (["--runs", "3", "--min-time", "1s"], "'--runs' and '--min-time' exclude each other"),
      (["--tolerance", "3"], "'--tolerance' needs '--compare'"),
      (["--tune"], "'--tune' needs one '--step-time'"),
      (["--tune", "--step-time", "1ms,2ms"], "'--tune' needs one '--step-time'"),
      (["--tune", "--step-time", "1ms", "--threads", "2"], "'--tune' finds '--threads'"),
      (["--tune", "--step-time", "1ms", "--runs", "9"], "'--tune' has runs of its own"),
      (["--tune", "--step-time", "1ms", "--digest"], "'--tune' has runs of its own"),
      (["--tune", "--step-time", "1ms", "--warmup", "1"], "'--tune' has runs of its own"),
      (["--json", "--html", "-"], "would be two documents in one stream"),
      (["--tune", "--step-time", "1ms", "--cold"], "'--tune' has runs of its own"),
    ])
  func usage(options: [String], allowed: String) {
    let scratch = ScratchDirectory("bench")
    let words = ["bench", "--data", "nowhere", "--export-json", "r.json"] + options

    let result = Tool.command(words, in: scratch.path).runChecked()

    #expect(result.status == .exited(64))
    #expect(result.errorText.contains(allowed), "\(result.errorText)")
    #expect(result.output == [] && FileBytes.names(in: scratch.path) == [])
  }

  @Test(
    "a report that exists or cannot be made is told before any run (M06)",
    arguments: ["--export-json", "--export-csv", "--export-markdown"])
  func reportExists(option: String) {
    let scratch = ScratchDirectory("bench")
    #expect(Tool.shell("echo old >old", in: scratch.path).run().status == .exited(0))
    for place in ["old", "no/such"] {
      let words = ["bench", "--runs", "1000", "--verbose", option, place] + Self.data
      let result = Tool.command(words, in: scratch.path).runChecked()
      #expect(result.status == .exited(73))
      #expect(result.output == [] && !result.errorText.contains("warm-up"))
    }
    #expect(FileBytes.text(scratch.path.appending("old")) == "old\n")

    let words = ["bench", "--force", option, "old"] + Self.quick
    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(0))
    #expect(FileBytes.text(scratch.path.appending("old")) != "old\n")
  }

  @Test(
    "two reports for one place are refused before any run, however its paths are spelt",
    arguments: [
      ["r", "r"], ["r", "./r"], ["r", "sub/../r"], ["r", "link-to-here/r"], ["old", "hard"], ["old", "soft"],
      ["-", "-"],
    ])
  func samePlace(places: [String]) {
    let scratch = ScratchDirectory("bench")
    let script = "echo old >old; ln old hard; ln -s old soft; mkdir sub; ln -s . link-to-here"
    #expect(Tool.shell(script, in: scratch.path).run().status == .exited(0))
    let names = FileBytes.names(in: scratch.path)

    for options in [["--export-json", "--export-csv"], ["--export-csv", "--export-markdown"]] {
      let words = ["bench", "--force", options[0], places[0], options[1], places[1]]
      let result = Tool.command(words + Self.quick, in: scratch.path).runChecked()
      #expect(result.status == .exited(64))
      #expect(
        result.errorText.contains(
          "each of the '--export' options, '--html' and '--trace' needs a place of its own"))
      #expect(result.output == [] && FileBytes.names(in: scratch.path) == names)
    }
    #expect(FileBytes.text(scratch.path.appending("old")) == "old\n")
  }
}
