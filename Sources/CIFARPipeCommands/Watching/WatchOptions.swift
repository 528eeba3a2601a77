import ArgumentParser
import InputPipeline

/// How a run can be watched while it goes on, and looked at afterwards.
struct WatchOptions: ParsableArguments {
  @Flag(help: "Draw the queues on the terminal while the run goes on.")
  var live = false

  @Option(
    help: ArgumentHelp(
      "Write what each thread did as a trace for Perfetto or chrome://tracing.",
      discussion: "The last of it: at most 262,144 pieces of work and waits.", valueName: "file"))
  var trace: PathArgument?

  func validate() throws {
    if let trace, trace.isStandardStream { throw ValidationError("'--trace' needs a file") }
  }
}

/// The ways in which the runs of one command are watched.
struct RunWatch: Sendable {
  /// Whether the terminal shows the run, so that no progress line is wanted.
  let isDrawing: Bool
  private let recording: TraceRecording?

  /// What the options ask for.
  ///
  /// - Parameter isReplacing: Whether a trace that exists is replaced.
  /// - Throws: `FileError` when the trace cannot be created.
  init(_ options: WatchOptions, _ messages: MessageOptions, isReplacing: Bool) throws {
    isDrawing = options.live && !messages.quiet && LiveView.isPossible
    if options.live && !isDrawing {
      messages.console.hint("'--live' has nowhere to draw: standard error is no terminal that can draw")
    }
    recording = try options.trace.map { try TraceRecording($0, isReplacing: isReplacing) }
  }

  /// Does all `work` of the command; at its end there is the trace of the last run.
  func atEnd(of work: () throws -> Void) throws {
    guard let recording else { return try work() }
    try recording.writing(at: work)
  }

  /// Watches a pipeline, which has not started, during `work`.
  ///
  /// - Parameter title: What the run is called where there are several: `run 3 of 5`.
  func during<Result>(
    _ pipeline: RecordPipeline, title: String? = nil, _ work: () throws -> Result
  ) throws -> Result {
    func live() throws -> Result {
      guard isDrawing else { return try work() }
      let frames = PipelineFrames(of: pipeline, title: title)
      return try LiveView { frames.current }.during(work)
    }
    guard let recording else { return try live() }
    return try recording.during(pipeline, title: "cifar-pipe" + (title.map { ", \($0)" } ?? ""), live)
  }
}
