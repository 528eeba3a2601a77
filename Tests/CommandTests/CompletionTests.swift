import PipeTestSupport
import Platform
import Testing

@testable import CIFARPipeCommands

/// What shells offer for a line that is not finished.
@Suite("Completion", .timeLimit(.minutes(2)))
struct CompletionTests {
  /// A line up to the cursor, and what bash puts behind the last of ` `, `=` and `:`.
  static let lines: [(typed: String, offered: String)] = [
    ("cifar-pipe bat", "batch"),
    ("cifar-pipe help ba", "batch"),
    ("cifar-pipe help cache", "cache"),
    ("cifar-pipe help batch ", ""),
    ("cifar-pipe cache c", "clear"),
    ("cifar-pipe batch --format ", "shapes npy raw jsonl summary slots"),
    ("cifar-pipe batch --format=", "shapes npy raw jsonl summary slots"),
    ("cifar-pipe batch --format=n", "npy"),
    ("cifar-pipe batch --preset=torch-", "torch-eval"),
    ("cifar-pipe bench --preset raw,dis", "raw,distort"),
    ("cifar-pipe bench --preset=raw,dis", "raw,distort"),
    ("cifar-pipe batch --threads a", "auto"),
    ("cifar-pipe batch --min-after-dequeue=", "all"),
    ("cifar-pipe batch --shard ", "auto none"),
    ("cifar-pipe batch --transform stan", "standardize"),
    ("cifar-pipe batch --transform=stan", "standardize"),
    ("cifar-pipe batch --transform random", "random-crop:"),
    ("cifar-pipe batch --transform random-crop:24,fl", "24,flip"),
    ("cifar-pipe batch --transform crop:24,flip,st", "24,flip,standardize"),
    ("cifar-pipe batch --transform no", "normalize none"),
    ("cifar-pipe batch --transform crop:24,flip --form", "--format"),
    ("cifar-pipe batch --data=x:y --synth", "--synthetic"),
    ("cifar-pipe batch --format=npy --lab", "--labels --label-dtype"),
  ]

  @Test("in bash has values behind '=' and ',', and commands behind 'help'")
  func bash() {
    let calls = Self.lines.map { line in
      let words = Self.words(of: line.typed).map { "'\($0)'" }.joined(separator: " ")
      return "offer '\(line.typed)' \(words)"
    }
    let script = """
      cifar-pipe --generate-completion-script bash > script && . ./script || exit
      offer() {
        COMP_LINE=$1 COMP_POINT=${#1}; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        __cifar-pipe_words cifar-pipe; echo "${COMPREPLY[*]}"
      }
      \(calls.joined(separator: "\n"))
      """
    let scratch = ScratchDirectory("completion")
    let command = Command(
      "/bin/bash", ["-c", script], environment: Tool.environment, directory: scratch.path)

    let result = command.runChecked()

    let offered = result.outputText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(offered.count == Self.lines.count)
    for (line, found) in zip(Self.lines, offered) {
      let expected = line.offered.split(separator: " ").sorted()
      #expect(found.split(separator: " ").sorted() == expected, "\(line.typed)")
    }
  }

  /// The words of a line as bash hands them over: `=` and `:` are words of their own.
  private static func words(of line: String) -> [Substring] {
    line.split(separator: " ", omittingEmptySubsequences: false).flatMap { word in
      word.isEmpty ? [word] : word.matches(of: /[=:]+|[^=:]+/).map(\.0)
    }
  }

  @Test("has a script for each shell that the shell can read", arguments: ["bash", "zsh", "fish"])
  func syntax(shell: String) {
    let result = Tool.run("--generate-completion-script", shell)

    #expect(result.status == .exited(0))
    #expect(result.outputText.contains("fetch extract verify batch bench token show synth cache demo"))
    guard system("command -v \(shell) >/dev/null") == 0 else { return }
    let scratch = ScratchDirectory("completion")
    let check = Tool.shell(
      "cifar-pipe --generate-completion-script \(shell) > script && \(shell) -n script", in: scratch.path)
    #expect(check.runChecked().status == .exited(0))
  }

  @Test("in zsh takes a value behind '=' for every option that has one, and for no flag")
  func zsh() {
    let lines = Tool.run("--generate-completion-script", "zsh").outputText.split(separator: "\n")

    #expect(lines.contains { $0.contains("'--format=[What to write.]:format:") })
    #expect(lines.contains { $0.contains("{--output=,-o+}'[") })
    #expect(lines.contains { $0.contains("'--synthetic[") })
    // A value is announced by a colon behind the description.
    #expect(lines.filter { $0.contains(/'--[a-z0-9-]+\[.*\]:/) } == [])
  }
}
