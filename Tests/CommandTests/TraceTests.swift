import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands
@testable import Threads

@Suite("The trace of a run", .timeLimit(.minutes(5)))
struct TraceTests {
  /// A trace that was read back.
  private struct Trace {
    /// A complete event.
    struct Span {
      let thread: Int
      let name: String
      let category: String
      let start: Double
      let duration: Double
      var end: Double { start + duration }
    }

    var threads: [Int: String] = [:]
    var spans: [Span] = []
    var counters: [String: [Double]] = [:]
    var instants: [String] = []

    init(_ path: FilePath) throws {
      let text = try #require(FileBytes.text(path))
      let events = try #require(try JSONValue(parsing: text)["traceEvents"]?.elements)
      for event in events {
        let name = try #require(event["name"]?.text)
        switch event["ph"]?.text {
        case "M" where name == "thread_name":
          threads[Int(try #require(event["tid"]?.number))] = event["args"]?["name"]?.text
        case "X":
          spans.append(
            Span(
              thread: Int(try #require(event["tid"]?.number)), name: name,
              category: try #require(event["cat"]?.text), start: try #require(event["ts"]?.number),
              duration: try #require(event["dur"]?.number)))
        case "C": counters[name, default: []].append(try #require(event["args"]?["size"]?.number))
        case "i": instants.append(name)
        default: break
        }
      }
    }

    func spans(of thread: String) -> [Span] {
      let numbers = Set(threads.filter { $0.value.hasPrefix(thread) }.keys)
      return spans.filter { numbers.contains($0.thread) }
    }
  }

  private static func traced(_ more: String...) -> [String] {
    [
      "batch", "--data", SampleData.directory.string, "--threads", "2", "--format", "raw", "--trace",
      "trace.json",
    ]
      + more
  }

  @Test("every batch has its pieces of work, and the work and the waits of a thread fill its time")
  func complete() throws {
    let scratch = ScratchDirectory("trace")
    let words = Self.traced("--epochs", "3", "--memory-limit", "0", "--output", "out")

    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(0))

    let trace = try Trace(scratch.path.appending("trace.json"))
    let names = Set((0..<24).map { "batch \($0)" })
    #expect(Set(trace.spans(of: "worker").map(\.name)).isSuperset(of: names))
    #expect(Set(trace.spans(of: "consumer").map(\.name)).isSuperset(of: (0..<24).map { "deliver \($0)" }))
    #expect(trace.instants == ["epoch 0", "epoch 1", "epoch 2"])
    #expect(
      Set(trace.threads.values) == [
        "parts (parts-0)", "reader (shuffle-0)", "batcher (plans-0)", "worker 1 (ready-0)",
        "worker 2 (ready-1)",
        "consumer",
      ])
    #expect(
      Set(trace.counters.keys)
        == ["parts queue", "shuffle queue", "plans queue", "ready queue", "free-slots queue"])
    for (number, name) in trace.threads {
      let spans = trace.spans.filter { $0.thread == number }.sorted { $0.start < $1.start }
      let first = try #require(spans.first, "\(name)")
      let told = spans.reduce(0) { $0 + $1.duration }
      #expect(abs(told - (spans.last!.end - first.start)) <= 0.02 * told, "\(name)")
      #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.end <= $1.start + 0.001 }, "\(name)")
    }
  }

  @Test(
    "a signal leaves the trace up to it, also where the reader takes nothing", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let scratch = ScratchDirectory("trace")
    let run = Tool.command(Self.traced("--epochs", "1000000"), in: scratch.path).start()
    run.readOutput(4 << 20)
    #expect(run.becomesStuck())

    run.send(signal)
    let result = run.finish(readsOutput: false)

    #expect(result.status == .signalled(signal))
    let trace = try Trace(scratch.path.appending("trace.json"))
    #expect(trace.spans(of: "consumer").contains { $0.name == "deliver 0" })
    #expect(trace.spans(of: "worker").contains { $0.name == "waits for room in 'ready'" })
    #expect(FileBytes.names(in: scratch.path) == ["trace.json"])
  }

  @Test("an error before the run leaves no trace; one that exists stays without --force")
  func none() {
    let scratch = ScratchDirectory("trace")
    let broken = Tool.run(
      "batch", "--data", "nowhere", "--trace", "trace.json", in: scratch.path)
    #expect(broken.status == .exited(66))
    #expect(FileBytes.names(in: scratch.path) == [])

    let words = Self.traced("--batches", "2")
    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(0))
    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(73))
    #expect(Tool.command(words + ["--force"], in: scratch.path).runChecked().status == .exited(0))
    #expect(Tool.run("batch", "--trace", "-", "--synthetic").status == .exited(64))
  }

  @Test("so does a signal that ends the run in order", arguments: [SIGINT, SIGTERM])
  func stopped(signal: Int32) throws {
    let scratch = ScratchDirectory("trace")
    let run = Tool.command(Self.traced("--epochs", "1000000", "--format", "summary"), in: scratch.path)
      .start()
    // A question that comes before the first line of the program ends it.
    #expect(becomesTrue { !FileBytes.names(in: scratch.path).isEmpty })
    let hasBegun = (0..<200).contains { _ in
      run.send(SIGUSR1)
      return run.readError(limit: .milliseconds(100)) { $0.contains(/last batch: \d/) }
    }

    #expect(hasBegun)
    run.send(signal)

    #expect(run.finishChecked().status == .signalled(signal))
    let trace = try Trace(scratch.path.appending("trace.json"))
    #expect(trace.spans(of: "consumer").contains { $0.name == "deliver 0" })
  }

  @Test("a thread that has forgotten what it did begins the window for all of them")
  func window() {
    func span(_ name: String, _ number: Int, _ start: Int64, _ end: Int64) -> ActivitySpan {
      ActivitySpan(kind: .work, name: name, number: number, start: start, end: end)
    }
    let document = TraceDocument(
      process: "a \"run\"",
      tracks: [
        .init(
          name: "reader",
          activity: .init(spans: [span("read", 0, 100, 1600), span("read", 1, 1600, 2345)], droppedCount: 0)),
        .init(name: "worker", activity: .init(spans: [span("batch", 8, 1500, 2000)], droppedCount: 7)),
      ],
      counters: [.init(name: "ready", values: [(1000, 3), (1700, 4)])], start: 100)

    #expect(document.windowStart == 1500)
    #expect(
      String(decoding: document.bytes, as: UTF8.self) == """
        {"displayTimeUnit": "ms", "traceEvents": [
        {"ph": "M", "pid": 1, "name": "process_name", "args": {"name": "a \\"run\\""}},
        {"ph": "M", "pid": 1, "tid": 2, "name": "thread_name", "args": {"name": "reader"}},
        {"ph": "M", "pid": 1, "tid": 2, "name": "thread_sort_index", "args": {"sort_index": 2}},
        {"ph": "X", "pid": 1, "tid": 2, "name": "read 1", "cat": "work", "ts": 1.500, "dur": 0.745},
        {"ph": "M", "pid": 1, "tid": 3, "name": "thread_name", "args": {"name": "worker"}},
        {"ph": "M", "pid": 1, "tid": 3, "name": "thread_sort_index", "args": {"sort_index": 3}},
        {"ph": "X", "pid": 1, "tid": 3, "name": "batch 8", "cat": "work", "ts": 1.400, "dur": 0.500},
        {"ph": "C", "pid": 1, "name": "ready", "ts": 1.600, "args": {"size": 4}}
        ], "otherData": {"program": "cifar-pipe \(ThisProcess.version)", "dropped_spans": "7"}}

        """)
  }
}
