import FileSupport
import InputPipeline
import Threads

/// What `--trace` keeps of a run, and the file that it goes to.
///
/// Of several runs it keeps the last one that has begun. The file appears once, whatever ends the command.
final class TraceRecording: Sendable {
  /// The most spans that are kept, those of all threads together: about 13 MB, and a file of about 25 MB.
  static let spanCount = 1 << 18
  /// The most looks at the queues that are kept: more than the last minute.
  static let lookCount = 1 << 14
  /// The time between two looks at the queues; shorter ones would cost a hundredth of a processor.
  static let interval = Duration.milliseconds(5)

  /// A run and what was seen of its queues.
  private struct Run {
    let title: String
    /// From the first to the last.
    let stages: [(stage: PipelineSnapshot.Stage, activities: [ThreadActivity])]
    let start: Int64
    let queues: [String]
    var looks: [(time: Int64, sizes: [Int])] = []
    /// The place of the oldest look, once all are taken.
    var oldest = 0

    mutating func add(_ look: (time: Int64, sizes: [Int])) {
      guard looks.count == lookCount else { return looks.append(look) }
      looks[oldest] = look
      oldest = (oldest + 1) % lookCount
    }
  }

  private struct State {
    var run: Run?
    /// Taken away by whoever writes it.
    var destination: OutputDestination?
    var isWriting = false
  }

  private let state: Monitor<State>
  private let written = Condition()

  /// A recording into a file that does not appear before ``write()``.
  ///
  /// - Throws: `FileError` when it cannot be created: that is known before any work is done;
  ///   ``CommandError/interrupted(signal:)`` while it waits for the reader of a named pipe.
  init(_ path: PathArgument, isReplacing: Bool) throws {
    state = Monitor(State(destination: try OutputDestination(path, isReplacing: isReplacing)))
  }

  /// Records what a pipeline, which has not started, does during `work`.
  func during<Result>(_ pipeline: RecordPipeline, title: String, _ work: () throws -> Result) throws -> Result
  {
    pipeline.record(Self.spanCount)
    let run = Run(
      title: title, stages: pipeline.stages, start: ThreadActivity.now,
      queues: pipeline.statistics.all.map(\.name))
    state.withLock { $0.run = run }
    let look = { @Sendable [state] in
      let sizes = pipeline.statistics.all.map(\.size)
      state.withLock { $0.run?.add((ThreadActivity.now, sizes)) }
    }
    look()
    defer { look() }
    return try Ticking(name: "trace", interval: Self.interval).during(look, work)
  }

  /// Does `work` and writes the file at its end, also where an error, a signal or force ends it; without a run no file
  /// appears.
  ///
  /// - Throws: The error of `work`, else that of the file.
  func writing(at work: () throws -> Void) throws {
    do {
      try SignalTrap.shared.onForcedEnd {
        // The process ends by the signal in any case.
        try? self.write()
      } during: {
        try work()
      }
    } catch {
      // The first error is the one that counts.
      try? write()
      throw error
    }
    try write()
  }

  /// Writes the file and gives it its name; the second time it does nothing.
  ///
  /// A second thread waits until the first has written.
  private func write() throws {
    let next = state.wait(on: written) { state -> (run: Run, destination: OutputDestination)?? in
      guard !state.isWriting else { return nil }
      guard let run = state.run, let destination = state.destination else { return .some(nil) }
      (state.destination, state.isWriting) = (nil, true)
      return (run, destination)
    }
    guard let (run, destination) = next else { return }
    defer { state.withLock(waking: written) { $0.isWriting = false } }
    var result: CommandError?
    Self.document(run).bytes.withUnsafeBytes { bytes in
      do throws(CommandError) { try destination.stream.write([bytes], uninterrupted: true) } catch {
        result = error
      }
    }
    if let result { throw result }
    try destination.finish()
  }

  private static func document(_ run: Run) -> TraceDocument {
    let activities = run.stages.flatMap { stage, activities in
      activities.map { PipelineSnapshot.Thread(stage: stage, activity: $0.snapshot) }
    }
    let names = ThreadNames(activities).full
    let looks = run.looks[run.oldest...] + run.looks[..<run.oldest]
    return TraceDocument(
      process: run.title,
      tracks: zip(names, run.stages.flatMap(\.activities)).map { .init(name: $0, activity: $1.recorded) },
      counters: run.queues.indices.map { queue in
        .init(name: "\(run.queues[queue]) queue", values: looks.map { ($0.time, $0.sizes[queue]) })
      }, start: run.start)
  }
}
