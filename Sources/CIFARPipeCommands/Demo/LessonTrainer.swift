import InputPipeline
import Threads

/// The trainer of the lesson: takes a batch, and is busy with it.
///
/// Used by one thread; it has one of its own for the work.
final class LessonTrainer: Sendable {
  /// How far it has come.
  struct Progress {
    /// Steps that are done.
    var steps = 0
    /// The wait for the first batch.
    var filling = Duration.zero
    /// The wait for all others.
    var starved = Duration.zero
    /// The time of the steps.
    var busy = Duration.zero

    /// The share of the time that it was busy, in percent.
    var utilisation: Double {
      let time = (busy + starved).inSeconds
      return time > 0 ? busy.inSeconds / time * 100 : 0
    }
  }

  private let pipeline: RecordPipeline
  private let stepTime: Duration?
  private let pauses: Pauses
  private let state = Monitor(Progress())
  private let turns = Turns<Void>(threadCount: 1)

  /// A trainer whose steps take `stepTime`, or last until ``step(_:number:)`` ends them.
  init(_ pipeline: RecordPipeline, stepTime: Duration?, _ pauses: Pauses) {
    self.pipeline = pipeline
    self.stepTime = stepTime
    self.pauses = pauses
  }

  var progress: Progress { state.withLock { $0 } }

  /// Begins to take batches; the end of the pipeline ends it.
  func start() throws(ThreadError) {
    try PipelineThread(name: "trainer") { self.run() }.start()
  }

  /// Ends a step at a key, and waits for the batch of the next.
  func step(_ teller: Teller, number: Int) throws {
    try Keyboard.next()
    turns.give((), to: 0)
    try teller.wait { progress.steps >= number && turns.isIdle(0) }
  }

  private func run() {
    var end = ContinuousClock.now
    while true {
      let begin = ContinuousClock.now
      // Why no batch comes is told by whoever finishes the pipeline.
      guard (try? pipeline.next()) != nil else { return }
      let wait = begin.duration(to: .now)
      state.withLock { progress in
        if progress.steps == 0 { progress.filling = wait } else { progress.starved += wait }
      }
      if let stepTime {
        // Steps end at times that follow from those before, so that a late wake-up makes none of them longer.
        end = max(end + wait, begin) + stepTime
        guard pauses.pause(until: end) else { return }
      } else {
        guard turns.next(0) != nil else { return }
      }
      state.withLock { progress in
        progress.steps += 1
        progress.busy += stepTime ?? .zero
      }
    }
  }
}
