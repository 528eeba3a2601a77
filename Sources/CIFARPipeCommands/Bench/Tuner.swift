import InputPipeline

/// Finds the cheapest settings with which a trainer of a given step is kept busy, by trying.
struct Tuner {
  /// What is chosen.
  struct Candidate: Equatable {
    var threads: Int
    /// Records that the shuffle queue may hold; `nil` for what the minimum and the batch suggest.
    var capacity: Int?
    /// Whether records are read in each epoch, so that they need no memory.
    var isStreamed = false
  }

  /// How a candidate did.
  struct Trial {
    let candidate: Candidate
    let stepTime: Duration
    /// The trainer's utilisation in each run, in percent.
    let utilisations: [Double]
    /// All memory that the pipeline asked for, in bytes.
    let memory: Int
    /// How many of the runs reached the target.
    let reachedCount: Int

    var isEnough: Bool { reachedCount * 2 > utilisations.count }
    /// Whether all runs agree.
    var isSure: Bool { reachedCount == 0 || reachedCount == utilisations.count }
    var utilisation: Spread { Spread(utilisations) }
  }

  /// What was found.
  struct Tuning {
    /// The cheapest that was enough; `nil` where nothing was.
    let choice: Trial?
    /// The fastest step that all processors together can feed; `nil` where none was found.
    let fastest: Trial?
    /// Everything that was tried, in order.
    let trials: [Trial]

    /// The slowest step that was tried below the fastest one; all threads did not feed it.
    var tooFast: Trial? {
      guard let fastest else { return nil }
      return trials.filter {
        $0.candidate == fastest.candidate && $0.stepTime < fastest.stepTime && !$0.isEnough
      }.max { $0.stepTime < $1.stepTime }
    }

    /// The next cheaper candidates than the choice that were tried, all of which failed.
    var refusals: [Trial] {
      guard let choice else { return [] }
      let chosen = choice.candidate
      let failed = trials.filter { $0.stepTime == choice.stepTime && !$0.isEnough }
      let sameThreads = failed.filter { $0.candidate.threads == chosen.threads }
      return [
        failed.first { $0.candidate.threads == chosen.threads - 1 },
        sameThreads.filter { $0.candidate.capacity ?? .max < chosen.capacity ?? .max }
          .max { $0.candidate.capacity! < $1.candidate.capacity! },
        sameThreads.first { $0.candidate.isStreamed && !chosen.isStreamed },
      ].compactMap(\.self)
    }
  }

  /// Runs of a trial: so many, and more where they disagree.
  private static let runCounts = (few: 3, many: 7)
  /// How much longer than the shortest imaginable a step may be, in the search for the fastest that is fed.
  private static let slacks = (0..<28).reduce(into: [1.0]) { slacks, _ in slacks.append(slacks.last! * 1.08) }

  let stepTime: Duration
  /// What the trainer is to reach, in percent.
  let target: Double
  /// The most threads that are tried.
  let mostThreads: Int
  /// Capacities, the smallest first; none without a shuffle queue.
  let capacities: [Int]
  /// The step of a trainer that would take batches as fast as all threads make them.
  let shortestStep: Duration
  /// Does one run and tells the utilisation and the memory.
  let run: (Candidate, Duration) throws -> (utilisation: Double, memory: Int)

  /// Tries until it is known.
  ///
  /// - Throws: What a run throws.
  func tuning() throws -> Tuning {
    var trials: [Trial] = []
    func isEnough(_ candidate: Candidate, step: Duration) throws -> Bool {
      let trial = try trial(candidate, step)
      trials.append(trial)
      return trial.isEnough
    }

    var choice: Candidate?
    if let threads = try Self.first(
      in: Array(1...mostThreads),
      where: {
        try isEnough(Candidate(threads: $0), step: stepTime)
      })
    {
      var chosen = Candidate(threads: threads)
      // The usual capacity was enough: it stays unless a smaller one is, too.
      chosen.capacity = try Self.first(in: capacities) {
        try isEnough(Candidate(threads: threads, capacity: $0), step: stepTime)
      }
      var streamed = chosen
      streamed.isStreamed = true
      let resident = trials.last { $0.candidate == chosen }
      // A small data set takes less memory than the room for records on their way.
      if try isEnough(streamed, step: stepTime), let resident, trials.last!.memory < resident.memory {
        chosen = streamed
      }
      choice = chosen
    }
    let all = Candidate(threads: mostThreads)
    _ = try Self.first(in: Self.slacks) { try isEnough(all, step: shortestStep * $0) }
    return Tuning(
      choice: choice.map { choice in
        trials.last { $0.candidate == choice && $0.stepTime == stepTime }!
      },
      // The trainer's own step may be faster than what the search found.
      fastest: trials.filter { $0.candidate == all && $0.isEnough }.min { $0.stepTime < $1.stepTime },
      trials: trials)
  }

  private func trial(_ candidate: Candidate, _ step: Duration) throws -> Trial {
    var (utilisations, memory): ([Double], Int) = ([], 0)
    func trial() -> Trial {
      Trial(
        candidate: candidate, stepTime: step, utilisations: utilisations, memory: memory,
        reachedCount: utilisations.count { $0 >= target })
    }
    while utilisations.count < Self.runCounts.few
      || !trial().isSure && utilisations.count < Self.runCounts.many
    {
      let result = try run(candidate, step)
      utilisations.append(result.utilisation)
      memory = result.memory
    }
    return trial()
  }

  /// The first value that is enough, where all behind it are as well; `nil` where not even the last one is.
  ///
  /// The value before it was tried, and was not enough.
  static func first<Value>(in values: [Value], where isEnough: (Value) throws -> Bool) throws -> Value? {
    guard let last = values.last, try isEnough(last) else { return nil }
    var (low, high) = (-1, values.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try isEnough(values[middle]) { high = middle } else { low = middle }
    }
    return values[high]
  }
}
