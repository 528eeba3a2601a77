import Testing

@testable import CIFARPipeCommands

@Suite("The rules of bench")
struct BenchRulesTests {
  @Test("a spread has the middle, the range and the deviation of its values")
  func spread() {
    let spread = Spread([4, 2, 9, 5])
    #expect(spread.median == 4.5 && spread.range == 2...9)
    #expect(abs(spread.deviation! - 2.9439) < 1e-4)
    let one = Spread([3])
    #expect(one.median == 3 && one.range == nil && one.deviation == nil && one.share == 0)
    #expect(Spread([1, 3]).scaled(by: 2) == Spread([2, 6]))
  }

  @Test("a difference is chance where it is less than twice the uncertainty of the means")
  func chance() {
    let ratio = Ratio(of: Spread([90, 110, 130]), to: Spread([80, 100, 120]))

    #expect(ratio.value == 1.1 && ratio.noise(runs: 1) > 0.1 && ratio.noise(runs: 100) < 0.1)
    #expect(Ratio(of: Spread([2]), to: Spread([1])).noise(runs: 1) == 0)
  }

  @Test("a ratio is as uncertain as both of its sides")
  func ratio() {
    let one = Spread(median: 152, range: nil, deviation: 4.56)
    let other = Spread(median: 100, range: nil, deviation: 2)
    #expect(Ratio(of: one, to: other).text == "1.52 ± 0.05")
    #expect(Ratio(of: Spread([3]), to: Spread([2])).text == "1.50")
  }

  @Test(
    "a run that is far from the others is an outlier, one that is a little slower is none",
    arguments: [
      ([10, 10.1, 9.9, 10.05, 9.95, 10], []), ([10, 10.1, 9.9, 10.05, 3, 10], [4]),
      ([2, 10.1, 9.9, 10.05, 9.95, 10], [0]), ([10, 10, 10], []), ([1, 100], []), ([], []),
    ] as [([Double], [Int])])
  func outliers(values: [Double], expected: [Int]) {
    #expect(Spread.outliers(in: values) == expected)
  }

  static let stat = """
    cpu  300 0 300 3000 0 0 0 0 0 0
    cpu0 100 1 20 1000 5 3 2 4 50 50
    cpu1 200 0 0 1000 0 0 0 0 0 0
    intr 12345
    """

  @Test("the use of processors leaves out those that the process may not use, waiting for disks, and guests")
  func processors() {
    #expect(ProcessorUse.busy(in: Self.stat) { $0 == 0 } == .milliseconds(1300))
    #expect(ProcessorUse.busy(in: Self.stat) { _ in true } == .milliseconds(3300))
    #expect(ProcessorUse.busy(in: Self.stat) { _ in false } == nil)
    #expect(ProcessorUse.busy != nil)
  }

  @Test("a long series is thinned out, and stays spread over the whole run")
  func series() {
    var series = FillSeries()
    for number in 0..<10_000 {
      series.add(QueueFill(at: .milliseconds(number), records: 0, plans: 0, ready: 0))
    }

    #expect((512...1024).contains(series.samples.count))
    #expect(series.samples[0].at == .zero && series.samples.last!.at > .milliseconds(9950))
    let steps = Set(zip(series.samples, series.samples.dropFirst()).map { $0.at.duration(to: $1.at) })
    #expect(steps.count == 1)
  }

  @Test(
    "text is broken between words, and only where it must be",
    arguments: [
      ("a bc def", 80, "a bc def"), ("a bc def", 4, "a bc\n  def"), ("abcdefgh ij", 4, "abcdefgh\n  ij"),
      ("", 4, ""),
    ])
  func wrapping(text: String, width: Int, expected: String) {
    #expect(Wrapping.text(text, width: width, indentation: 2) == expected)
  }

  // MARK: Tuning

  /// A machine on which a trainer needs so many threads and so much capacity, and cannot be fed by a slow disk.
  private func tuning(
    threads: Int, capacity: Int, streamed: Bool, step: Duration = .milliseconds(1), flips: Bool = false
  ) throws -> Tuner.Tuning {
    var count = 0
    return try Tuner(
      stepTime: step, target: 95, mostThreads: 8, capacities: [1, 2, 4, 8, 16, 32],
      shortestStep: .microseconds(100)
    ) { candidate, time in
      count += 1
      if flips && candidate.isStreamed { return (count % 2 == 0 ? 99 : 80, 0) }
      let isFed =
        time >= .microseconds(115)
        && (time < .milliseconds(1)
          || candidate.threads >= threads && candidate.capacity ?? 32 >= capacity
            && (streamed || !candidate.isStreamed))
      return (isFed ? 99 : 80, candidate.isStreamed ? 10 : 100)
    }.tuning()
  }

  @Test("tuning finds the fewest threads, then the smallest capacity, then whether memory can be saved")
  func tuned() throws {
    let tuning = try tuning(threads: 3, capacity: 4, streamed: false)

    let choice = try #require(tuning.choice)
    #expect(choice.candidate == .init(threads: 3, capacity: 4) && choice.isSure && choice.memory == 100)
    // What is cheaper by a step was tried, and failed.
    #expect(
      tuning.refusals.map(\.candidate) == [
        .init(threads: 2), .init(threads: 3, capacity: 2), .init(threads: 3, capacity: 4, isStreamed: true),
      ])
    // The step is known to a twelfth, and the next faster one failed.
    let fastest = try #require(tuning.fastest?.stepTime)
    #expect(fastest >= .microseconds(115) && fastest < .microseconds(125))
    #expect(try #require(tuning.tooFast?.stepTime) < .microseconds(115))
  }

  @Test("a trainer's own step that is fed is the fastest, where the search finds none that is faster")
  func ownStep() throws {
    let tuning = try tuning(threads: 1, capacity: 1, streamed: true, step: .microseconds(116))

    #expect(tuning.choice != nil && tuning.fastest?.stepTime == .microseconds(116))
  }

  @Test("streaming is chosen only where it takes less memory", arguments: [10, 100, 1000])
  func smallData(streamedMemory: Int) throws {
    let tuning = try Tuner(
      stepTime: .milliseconds(1), target: 95, mostThreads: 2, capacities: [1], shortestStep: .milliseconds(1)
    ) { candidate, _ in (99, candidate.isStreamed ? streamedMemory : 100) }.tuning()

    #expect(tuning.choice?.candidate.isStreamed == (streamedMemory < 100))
  }

  @Test("the smallest of all leaves nothing to refuse")
  func smallest() throws {
    let tuning = try tuning(threads: 1, capacity: 1, streamed: true)

    #expect(tuning.choice?.candidate == .init(threads: 1, capacity: 1, isStreamed: true))
    #expect(tuning.refusals.isEmpty)
  }

  @Test("nothing is chosen where all threads are not enough")
  func none() throws {
    let tuning = try tuning(threads: 9, capacity: 1, streamed: true)

    #expect(tuning.choice == nil && tuning.fastest != nil)
  }

  @Test("runs that disagree are repeated, and the answer says that it is not sure")
  func unsure() throws {
    let tuning = try tuning(threads: 1, capacity: 1, streamed: true, flips: true)

    let streamed = try #require(tuning.trials.first { $0.candidate.isStreamed })
    #expect(streamed.utilisations.count == 7 && !streamed.isSure)
    #expect(tuning.trials.filter { !$0.candidate.isStreamed }.allSatisfy { $0.utilisations.count == 3 })
  }
}

extension Duration {
  fileprivate func duration(to other: Duration) -> Duration { other - self }
}
