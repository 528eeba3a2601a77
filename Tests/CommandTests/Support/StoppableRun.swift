import PipeTestSupport
import SystemPackage

/// A run of `batch --format raw` that leaves its token, with the batches of its output told apart.
struct StoppableRun {
  /// What is delivered; the same in the run that continues.
  var options: [String]
  /// Options of this process alone, such as its threads.
  var own: [String] = []
  /// Where the records are.
  var data = SampleData.directory
  /// The earlier run that goes on.
  var token: String?

  /// What a run has left.
  struct Outcome {
    let result: CommandResult
    /// The text of the token file, without its line end; `nil` without the file.
    let token: String?
    /// The number of the next batch, as the token says.
    var next: Int? {
      token?.split(separator: "@").first { $0.hasPrefix("next=") }.flatMap { Int($0.dropFirst(5)) }
    }
  }

  /// Delivers everything, or up to the end that `own` asks for.
  func run() -> Outcome {
    stop { _ in }
  }

  /// Lets `body` do something with the running program, reads the rest of its output and waits for its end.
  func stop(readsOutput: Bool = true, _ body: (CommandRun) -> Void) -> Outcome {
    let scratch = ScratchDirectory("token")
    let file = scratch.path.appending("token")
    let run = Tool.command(words + ["--token-file", file.string]).start()
    body(run)
    let result = run.finish(readsOutput: readsOutput)
    MessageRules.check(result)
    let text = FileBytes.text(file)
    return Outcome(result: result, token: text.map { String($0.dropLast()) })
  }

  /// The command line.
  var words: [String] {
    let resume = token.map { ["--resume", $0] } ?? []
    return ["batch", "--data", data.string] + options + own + resume
  }
}
