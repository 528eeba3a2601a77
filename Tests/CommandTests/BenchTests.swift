import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("bench", .timeLimit(.minutes(5)))
struct BenchTests {
  private static let data = ["--data", SampleData.directory.string]
  /// A small pipeline whose order is known.
  private static let quick =
    data + [
      "--seed", "5", "--threads", "2", "--batch-size", "64", "--min-after-dequeue", "300", "--runs", "2",
      "--warmup", "0",
    ]

  private static func results(_ options: [String]) throws -> [JSONValue] {
    let run = Tool.command(["bench", "--json"] + options).runChecked()
    #expect(run.status == .exited(0), "\(run.errorText)")
    #expect(run.errorText == "")
    return try #require(JSONValue(parsing: run.outputText)["results"]?.elements)
  }

  @Test(
    "wrong data end it with the class and words of batch, and without a figure (M02)",
    arguments: ["no-such", "cut", "label"])
  func wrongData(name: String) throws {
    let scratch = ScratchDirectory("bench")
    let script = """
      set -e
      cifar-pipe synth --quiet --records-per-file 200 --output cut; cp -r cut label
      truncate -s -1 cut/data_batch_2.bin
      printf '\\377' | dd of=label/data_batch_3.bin bs=1 seek=3073 conv=notrunc status=none
      """
    #expect(Tool.shell(script, in: scratch.path).run().status == .exited(0))

    let batch = Tool.run("batch", "--data", name, "--epochs", "1", "--no-shuffle", in: scratch.path)
    let bench = Tool.run("bench", "--data", name, "--no-shuffle", in: scratch.path)

    #expect(bench.status == batch.status && bench.status != .exited(0))
    #expect(bench.errorText == batch.errorText)
    #expect(bench.output == [])
  }

  @Test("a run that fails after others ends it: there is no average over the rest (M03)")
  func laterFailure() {
    let scratch = ScratchDirectory("bench")
    let data = scratch.path.appending("data")
    let made = Tool.run("synth", "--quiet", "--records-per-file", "200", "--output", data.string)
    #expect(made.status == .exited(0))
    let words = [
      "bench", "--data", data.string, "--memory-limit", "0", "--runs", "1000", "--verbose", "--json",
      "--export-csv", scratch.path.appending("r.csv").string,
    ]
    let run = Tool.command(words).start()
    #expect(run.readError(until: "run 2 of 1000"))

    #expect(truncate(data.appending("data_batch_4.bin").string, 3073 * 20) == 0)
    let result = run.finishChecked()

    #expect(result.status == .exited(65))
    #expect(result.errorText.split(separator: "\n").last?.contains("data_batch_4.bin") == true)
    #expect(result.output == [])
    #expect(FileBytes.names(in: scratch.path) == ["data"])
  }

  @Test(
    "a wall clock that runs backwards changes no figure (M04)",
    .enabled(if: ReplacedFunctions.areAvailable, "cc is not installed"))
  func wallClock() throws {
    let clock = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <sys/syscall.h>
      #include <sys/time.h>
      #include <time.h>
      #include <unistd.h>
      static time_t back(void) { static int calls; return 3600 * __sync_add_and_fetch(&calls, 1); }
      int clock_gettime(clockid_t clock, struct timespec *time) {
        int code = syscall(SYS_clock_gettime, clock, time);
        if (clock == CLOCK_REALTIME) time->tv_sec -= back();
        return code;
      }
      int gettimeofday(struct timeval *time, void *zone) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        time->tv_sec = now.tv_sec, time->tv_usec = 0;
        return 0;
      }
      time_t time(time_t *p) { struct timespec t; clock_gettime(CLOCK_REALTIME, &t); if (p) *p = t.tv_sec; return t.tv_sec; }
      """)
    let command = clock.replaced(in: Tool.command(["bench", "--json", "--step-time", "1ms"] + Self.quick))

    let run = command.runChecked()

    let result = try #require(JSONValue(parsing: run.outputText)["results"]?.elements?.first)
    let rate = try #require(result["images_per_s"]?["median"]?.number)
    // At most a batch in each step of the trainer.
    #expect(rate > 100 && rate < 64_000 * 1.1)
    for name in ["p50", "p99", "max"] {
      let wait = try #require(result["batch_wait_s"]?[name]?.number)
      #expect(wait >= 0 && wait < 10)
    }
    withExtendedLifetime(clock) {}
  }

  @Test(
    "a signal in a later run ends it without a report, nor half of one (M05)", arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) {
    let scratch = ScratchDirectory("bench")
    let run = Tool.command(
      ["bench", "--verbose", "--json", "--export-json", "r.json"] + Self.data + ["--runs", "1000"],
      in: scratch.path
    ).start()
    #expect(run.readError(until: "run 2 of 1000"))

    run.send(number)
    let result = run.finishChecked()

    #expect(result.status == .signalled(number))
    #expect(result.duration < .seconds(2))
    #expect(result.output == [] && FileBytes.names(in: scratch.path) == [])
  }

  @Test("a signal in the baseline ends it at once")
  func signalInBaseline() {
    let words = ["bench", "--verbose", "--batches", "1", "--runs", "1000", "--baseline", "sync"]
    let run = Tool.command(words + Self.quick.dropLast(4)).start()
    #expect(run.readError(until: "run 1000 of 1000"))

    run.send(SIGINT)

    let result = run.finishChecked()
    #expect(result.status == .signalled(SIGINT))
    // Sooner than by force.
    #expect(result.duration < .milliseconds(1400))
  }

  @Test("a signal in a step of the trainer ends it at once")
  func signalInStep() {
    let run = Tool.command(["bench", "--verbose", "--step-time", "1000s"] + Self.quick).start()
    #expect(run.readError(until: "seed 5"))

    run.send(SIGINT)

    let result = run.finishChecked()
    #expect(result.status == .signalled(SIGINT))
    #expect(result.duration < .seconds(2))
  }

  @Test("a single run has no spread, and the report no word that is no number (M07)")
  func singleRun() throws {
    let options = Self.quick + ["--runs", "1", "--baseline", "sync", "--step-time", "1ms"]
    for values in try [#require(Self.results(options).first)] {
      for name in ["images_per_s", "batches_per_s", "bytes_per_s"] {
        let spread = try #require(values[name])
        #expect(spread["median"]?.number ?? 0 > 0 && spread["min"] == .null && spread["max"] == .null)
      }
    }
    let text = Tool.command(["bench"] + options).runChecked().outputText
    #expect(text.contains("\nruns: one run of 1,000 images\n"))
    for word in ["nan", "NaN", "inf", "1 threads", "1 runs"] { #expect(!text.contains(word)) }
  }

  @Test(
    "the measured pipeline delivers the bytes of batch (M08)",
    arguments: [
      [], ["--epochs", "2", "--epoch-boundary", "blend"], ["--no-shuffle"], ["--memory-limit", "0"],
    ])
  func digest(options: [String]) throws {
    var pipeline = Self.data + ["--seed", "5", "--preset", "distort"] + options
    if options != ["--no-shuffle"] { pipeline += ["--min-after-dequeue", "300"] }
    let batch = Tool.command(["batch", "--format", "summary", "--digest"] + pipeline).runChecked()
    let expected = try #require(JSONValue(parsing: batch.outputText)["digest"]?.text)

    let found = try Self.results(pipeline + ["--runs", "1", "--digest", "--threads", "1,3"])

    #expect(found.map { $0["digest"]?.text } == [expected, expected])
  }

  @Test(
    "a report whose reader is gone ends quietly, without another report (M09)", arguments: [[], ["--json"]])
  func closedPipe(options: [String]) {
    let scratch = ScratchDirectory("bench")
    let run = Tool.command(["bench", "--export-csv", "r.csv"] + Self.quick + options, in: scratch.path)
      .start()

    run.closeOutput()
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGPIPE))
    #expect(result.errorText == "" && FileBytes.names(in: scratch.path) == [])
  }

  @Test("a sweep has a result for each combination, with the keys that scripts rely on")
  func keys() throws {
    let options = Self.data + ["--seed", "5", "--runs", "2", "--warmup", "0"]
    let run = Tool.command(
      ["bench", "--json", "--threads", "1,2", "--batch-size", "32,64", "--min-after-dequeue", "10,all"]
        + options
    ).runChecked()
    let report = try JSONValue(parsing: run.outputText)

    #expect(
      report.names == [
        "schema", "version", "date", "command", "machine", "dataset", "load", "settings", "results",
      ])
    #expect(
      report["command"]?.text?.hasPrefix("cifar-pipe bench --json --threads 1,2 --batch-size 32,64") == true)
    #expect(report["date"]?.text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    #expect(report["dataset"]?["records"]?.integer == 1000)
    #expect(report["load"]?["bytes"]?.integer == 1000 * 3073)
    #expect(report["settings"]?["seed"]?.text == "5")
    #expect(report["schema"]?.text == "cifar-pipe/bench/1")
    let results = try #require(report["results"]?.elements)
    let sizes = try results.map { result in
      try ["batch_size", "min_after_dequeue", "threads"].map { try #require(result[$0]?.integer) }
    }
    #expect(
      sizes
        == [32, 64].flatMap { batch in [10, 1000].flatMap { least in [1, 2].map { [batch, least, $0] } } })
    for result in results {
      #expect(result["batch_wait_s"]?.names == ["p50", "p90", "p99", "p999", "max"])
      for name in ["first_batch_s", "peak_rss_bytes", "cpu_s_per_million_images"] {
        #expect(result[name]?.number ?? 0 > 0, "\(name)")
      }
      for name in ["images_per_s", "batches_per_s", "bytes_per_s"] {
        #expect(result[name]?.names == ["median", "min", "max", "stddev"])
        let values = try ["min", "median", "max"].map { try #require(result[name]?[$0]?.number) }
        #expect(values == values.sorted() && values[0] > 0)
      }
      let measurements = try #require(result["measurements"]?.elements)
      #expect(measurements.count == 2 && result["runs"]?.integer == 2)
      #expect(measurements.allSatisfy { $0["images_per_s"]?.number ?? 0 > 0 && $0["cpu_s"]?.number ?? 0 > 0 })
      #expect(result["configuration"]?["transform"]?.text == "crop:24,standardize")
      #expect(result["configuration"]?["capacity"] == .null)
      let ownCost = try #require(result["own_cost"]?.number)
      #expect(ownCost > 0 && ownCost < 1)
      let queues = try #require(result["queues"]?.elements)
      #expect(queues.map { $0["name"]?.text } == ["parts", "shuffle", "plans", "ready"])
      #expect(queues[1]["dequeued"]?.integer == 1000)
      let stages = try #require(result["stages"]?.elements)
      #expect(stages.map { $0["name"]?.text } == ["reader", "batcher", "workers", "consumer"])
      for stage in stages {
        for name in ["busy", "starved", "held"] {
          let share = try #require(stage[name]?.number)
          #expect((0...1).contains(share))
        }
      }
      let verdict = try #require(result["verdict"])
      #expect(
        ["reader", "batcher", "workers", "consumer", "wake-ups", "queue", "processors", "unclear"].contains(
          verdict["limit"]?.text))
      #expect(verdict["text"]?.text?.contains(" limit") == true)
      #expect(result["shuffle"]?["coverage"]?.number == 1)
    }
  }

  @Test("the table of minima shows how large the shuffle queue should be")
  func shuffleTable() throws {
    let found = try Self.results(
      Self.data + [
        "--seed", "5", "--source-order", "by-class", "--min-after-dequeue", "10,100,500,all", "--batch-size",
        "4", "--runs", "1", "--warmup", "0", "--threads", "1",
      ])
    func column(_ name: String) throws -> [Double] {
      try found.map { try #require($0["shuffle"]?[name]?.number) }
    }

    let displacement = try column("displacement_ratio")
    let imbalance = try column("label_imbalance")
    let correlation = try column("rank_correlation")

    #expect(displacement == displacement.sorted() && displacement[0] < 0.3)
    #expect(imbalance == imbalance.sorted(by: >) && imbalance[0] > 2)
    #expect(correlation == correlation.sorted(by: >) && correlation[0] > 0.9)
    // A whole permutation: what pure chance gives.
    #expect(abs(displacement[3] - 1) < 0.1 && abs(imbalance[3] - 1) < 0.1 && abs(correlation[3]) < 0.1)
    #expect(try column("coverage") == [1, 1, 1, 1])
  }

  @Test("an order that is not shuffled is seen as such")
  func unshuffled() throws {
    let shuffle = try #require(
      Self.results(Self.data + ["--no-shuffle", "--runs", "1", "--source-order", "by-class"]).first?[
        "shuffle"])

    #expect(shuffle["mean_displacement"]?.number == 0 && shuffle["displacement_ratio"]?.number == 0)
    #expect(shuffle["rank_correlation"]?.number == 1)
  }

  @Test("a paced trainer and the baseline are reported, and a slow trainer is what limits")
  func trainer() throws {
    let result = try #require(
      Self.results(Self.quick + ["--step-time", "4ms", "--baseline", "sync"]).first)

    let trainer = try #require(result["trainer"])
    #expect(trainer["steps"]?.integer == 16 && trainer["step_time_s"]?.number == 0.004)
    let utilisation = try #require(trainer["au_percent"]?.number)
    #expect(utilisation > 0 && utilisation <= 100)
    // Never more than a batch in each step.
    #expect(try #require(result["images_per_s"]?["max"]?.number) <= 1000 / (16 * 0.004))
    let baseline = try #require(result["baseline_sync"])
    let ratio = try #require(baseline["ratio"]?.number)
    let rate = try #require(baseline["images_per_s"]?.number)
    #expect(abs(ratio * rate - result["images_per_s"]!["median"]!.number!) < 1)
  }

  @Test(
    "a gate that is not met is told after the report, by exit code 1",
    arguments: [
      (["--min-rate", "1"], nil), (["--min-rate", "1e11"], "images/s: expected at least 100,000,000,000"),
      (["--min-au", "0.01", "--step-time", "1ms"], nil),
      (["--min-au", "100", "--step-time", "1us"], "au_percent: expected at least 100"),
    ] as [([String], String?)])
  func gates(options: [String], message: String?) throws {
    let scratch = ScratchDirectory("bench")
    let words = ["bench", "--json", "--export-markdown", "r.md"] + Self.quick + options

    let result = Tool.command(words, in: scratch.path).runChecked()

    #expect(result.status == .exited(message == nil ? 0 : 1))
    #expect(result.errorText.hasPrefix(message.map { "cifar-pipe: \($0)" } ?? ""), "\(result.errorText)")
    #expect(try JSONValue(parsing: result.outputText)["results"] != nil)
    #expect(FileBytes.names(in: scratch.path) == ["r.md"])
  }

  @Test("the exports hold what the report holds, each in its own form")
  func exports() throws {
    let scratch = ScratchDirectory("bench")
    let words = [
      "bench", "--export-json", "r.json", "--export-csv", "r.csv", "--export-markdown", "r.md", "--json",
      "--threads", "1,2",
    ]
    let result = Tool.command(
      words + Self.data + ["--seed", "5", "--batch-size", "64", "--runs", "2", "--warmup", "0"],
      in: scratch.path
    ).runChecked()

    #expect(FileBytes.text(scratch.path.appending("r.json")) == result.outputText)

    let lines = try #require(FileBytes.text(scratch.path.appending("r.csv"))).split(separator: "\n")
    let names = lines[0].split(separator: ",")
    #expect(lines.count == 3 && Set(names).count == names.count)
    let results = try #require(JSONValue(parsing: result.outputText)["results"]?.elements)
    for (line, object) in zip(lines.dropFirst(), results) {
      // The sentence of the verdict may hold commas, and so stands in quotes.
      let fields = line.replacing(/"[^"]*"/, with: "quoted").split(
        separator: ",", omittingEmptySubsequences: false)
      #expect(fields.count == names.count)
      let values = Dictionary(uniqueKeysWithValues: zip(names, fields))
      #expect(values["threads"].flatMap { Int($0) } == object["threads"]?.integer)
      #expect(
        values["images_per_s_median"].flatMap { Double($0) } == object["images_per_s"]?["median"]?.number)
      #expect(values["batch_wait_s_p99"].flatMap { Double($0) } == object["batch_wait_s"]?["p99"]?.number)
    }

    let markdown = try #require(FileBytes.text(scratch.path.appending("r.md")))
    // The tables, then the verdicts and the ranking.
    let tables = markdown.split(separator: "\n\n").dropFirst()
    #expect(tables.count == 5)
    #expect(markdown.contains("- command: cifar-pipe bench --export-json r.json"))
    for table in tables.prefix(3) {
      let rows = table.split(separator: "\n")
      #expect(rows.count == 4)
      #expect(Set(rows.map { $0.count { $0 == "|" } }).count == 1)
    }
  }
}
