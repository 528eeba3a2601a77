import PipeTestSupport
import Testing

@Suite("What bench varies, compares and tries", .timeLimit(.minutes(5)))
struct BenchSettingsTests {
  private static let data = ["--data", SampleData.directory.string, "--seed", "5"]
  private static let quick = ["--runs", "2", "--warmup", "0"]

  private static func report(_ options: [String]) throws -> JSONValue {
    let run = Tool.command(["bench", "--json"] + data + options).runChecked()
    #expect(run.status == .exited(0), "\(run.errorText)")
    return try JSONValue(parsing: run.outputText)
  }

  @Test("ranges, presets, capacities, limits of memory and steps make points, all of them in the report")
  func sweep() throws {
    let report = try Self.report(
      Self.quick + [
        "--threads", "2-3", "--preset", "raw,torch", "--min-after-dequeue", "10", "--capacity", "400",
        "--memory-limit", "0,900", "--step-time", "1us,2us", "--batch-size", "64",
      ])

    let results = try #require(report["results"]?.elements)
    #expect(results.count == 2 * 2 * 2 * 2)
    let points = try results.map { "\(try #require($0["configuration"]))" }
    #expect(Set(points).count == points.count)
    let last = try #require(results.last?["configuration"])
    #expect(
      last["preset"]?.text == "torch" && last["layout"]?.text == "nchw" && last["capacity"]?.integer == 400)
    #expect(last["memory_limit_mib"]?.integer == 900 && last["threads"]?.integer == 3)
    #expect(abs(try #require(last["step_time_s"]?.number) - 2e-6) < 1e-12)
    // A limit of 0 keeps nothing, so that there is a queue of free places.
    #expect(results.map { $0["queues"]?.elements?.count } == results.indices.map { $0 / 4 % 2 == 0 ? 5 : 4 })
  }

  @Test("every line of the report is at most 80 columns wide, whatever is varied")
  func width() throws {
    let words = [
      "bench", "--threads", "1", "--preset", "raw,torch-eval", "--min-after-dequeue", "10", "--capacity",
      "12345,123456", "--memory-limit", "900", "--step-time", "1us,2us", "--batch-size", "600", "--baseline",
      "sync",
    ]
    let text = Tool.command(words + Self.data + ["--runs", "1", "--warmup", "0", "--digest"]).runChecked()
      .outputText

    let lines = text.split(separator: "\n")
    #expect(lines.count > 60)
    // A word cannot be broken.
    for line in lines where line.drop(while: { $0 == " " }).contains(" ") {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(text.contains(/\nsha256 [0-9a-f]{64}\n/))
  }

  @Test("runs go on until the time is over, unless their number is told")
  func time() throws {
    let short = try Self.report(["--min-time", "1us"])
    let long = try Self.report(["--min-time", "300ms"])

    #expect(short["results"]?.elements?[0]["runs"]?.integer == 5)
    let measurements = try #require(long["results"]?.elements?[0]["measurements"]?.elements)
    let seconds = try measurements.map { try #require($0["seconds"]?.number) }
    #expect(seconds.reduce(0, +) >= 0.3)
    #expect(seconds.count == 5 || seconds.dropLast().reduce(0, +) < 0.3)
  }

  @Test("an earlier report that was faster makes the exit code 1, a slower one does not")
  func compare() throws {
    let scratch = ScratchDirectory("bench")
    let words = ["bench", "--threads", "1,2", "--export-json"] + ["now.json"] + Self.quick + Self.data
    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(0))
    let script = #"""
      sed -E 's/"images_per_s": \{"median": [0-9.e+]+/"images_per_s": {"median": 1.0/g' now.json >slow.json
      sed -E 's/"images_per_s": \{"median": [0-9.e+]+/"images_per_s": {"median": 1e12/g' now.json >fast.json
      sed -E 's/"batch_size": 128/"batch_size": 99/g' now.json >other.json
      sed -E 's/"label_dtype": "int32"/"label_dtype": "int64"/g' slow.json >label.json
      echo '{"schema": "other", "results": []}' >wrong.json
      """#
    #expect(Tool.shell(script, in: scratch.path).run().status == .exited(0))
    func run(_ name: String) -> CommandResult {
      Tool.command(
        ["bench", "--json", "--threads", "2", "--compare", name] + Self.quick + Self.data, in: scratch.path
      ).runChecked()
    }

    let slow = run("slow.json")
    #expect(slow.status == .exited(0) && slow.errorText == "")
    let change = try JSONValue(parsing: slow.outputText)["results"]?.elements?[0]["comparison"]
    #expect(change?["regression"] == .bool(false) && change?["ratio"]?.number ?? 0 > 100)

    let fast = run("fast.json")
    #expect(fast.status == .exited(1))
    #expect(
      fast.errorText.hasPrefix(
        "cifar-pipe: images/s: expected at least 0.95 of those of fast.json, found 0.00"))
    #expect(fast.outputText.contains(#""regression": true"#))

    // Other settings that all results have in common cannot be compared either; another seed can.
    #expect(
      run("label.json").errorText == "cifar-pipe: label.json: has no result with these settings\n")
    let seed = Tool.command(
      ["bench", "--seed", "77", "--threads", "2", "--label-dtype", "int64", "--compare", "slow.json"]
        + Self.quick + Self.data, in: scratch.path
    ).runChecked()
    #expect(seed.status == .exited(1))
    #expect(
      seed.outputText.contains(
        "  another setting than in that report: label_dtype int64, not int32\n  not in that report\n"))

    #expect(run("other.json").errorText == "cifar-pipe: other.json: has no result with these settings\n")
    let wrong = run("wrong.json")
    #expect(wrong.status == .exited(65) && wrong.output == [])
    #expect(wrong.errorText == "cifar-pipe: wrong.json: is no report of 'bench --export-json'\n")
    #expect(run("missing.json").status == .exited(66))
  }

  @Test(
    "a report for standard output stands there alone",
    arguments: [("--export-json", "{"), ("--export-csv", "threads,"), ("--html", "<!DOCTYPE html>")])
  func alone(option: String, start: String) {
    let run = Tool.command(["bench", option, "-"] + Self.quick + Self.data).runChecked()

    #expect(run.status == .exited(0) && run.outputText.hasPrefix(start), "\(run.outputText.prefix(200))")
    #expect(!run.outputText.contains("\nverdict: "))
  }

  @Test("generated records cannot be cold, and trainers are not ranked by their own steps")
  func misleading() {
    let cold = Tool.command(["bench", "--synthetic", "--cold"]).runChecked()
    #expect(cold.status == .exited(64) && cold.errorText.contains("'--cold' needs files"))

    let steps = Tool.command(
      ["bench", "--step-time", "1ms,2ms", "--batches", "8", "--min-rate", "1e9"] + Self.quick + Self.data
    ).runChecked()
    #expect(steps.status == .exited(1) && !steps.outputText.contains("fastest:"))
    #expect(steps.errorText.contains("; with this step a trainer takes at most 128,000"))
  }

  @Test("a cold start tells how much of the files was in the page cache all the same")
  func cold() throws {
    let scratch = ScratchDirectory("bench")
    #expect(
      Tool.run("synth", "--quiet", "--records-per-file", "200", "--output", "data", in: scratch.path).status
        == .exited(0))
    for limit in ["900", "0"] {
      let words = ["bench", "--json", "--cold", "--memory-limit", limit, "--data", "data"] + Self.quick
      let run = Tool.command(words, in: scratch.path).runChecked()
      #expect(run.status == .exited(0), "\(run.errorText)")
      let share = try JSONValue(parsing: run.outputText)["load"]?["page_cache_share"]?.number
      #expect(limit == "0" ? share == nil : (0...1).contains(try #require(share)))
    }
  }

  @Test("tuning ends with options that batch takes, or with exit code 1 where nothing feeds the trainer")
  func tune() throws {
    // A step of a few milliseconds is fed by any machine.
    let fed = Tool.command(
      ["bench", "--json", "--tune", "--step-time", "8ms", "--min-au", "20", "--min-after-dequeue", "100"]
        + Self.data
    ).runChecked()
    #expect(fed.status == .exited(0), "\(fed.errorText)")
    let tune = try #require(JSONValue(parsing: fed.outputText)["tune"])
    let options = try #require(tune["choice"]?["options"]?.text)
    #expect(options.hasPrefix("--threads 1 --capacity 228"))
    let words = ["batch", "--min-after-dequeue", "100"] + options.split(separator: " ").map(String.init)
    #expect(Tool.command(words + Self.data).runChecked().status == .exited(0))
    #expect(tune["trials"]?.elements?.count ?? 0 >= 4)
    #expect(tune["configuration"]?["min_after_dequeue"]?.integer == 100)
    #expect(tune["configuration"]?["transform"]?.text == "crop:24,standardize")
    #expect(try JSONValue(parsing: fed.outputText)["settings"]?["epochs"] == nil)

    let starved = Tool.command(
      ["bench", "--tune", "--step-time", "1us", "--min-au", "100"] + Self.data
    ).runChecked()
    #expect(starved.status == .exited(1))
    #expect(
      starved.errorText == "cifar-pipe: no options feed a trainer with this step; see the fastest one\n")
    #expect(starved.outputText.contains("choice: none"))
    #expect(starved.outputText.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(starved.outputText)")
  }
}
