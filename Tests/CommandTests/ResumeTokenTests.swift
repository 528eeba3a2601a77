import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

@Suite("Tokens that do not fit", .timeLimit(.minutes(5)))
struct ResumeTokenTests {
  /// Options by name, so that a case replaces one of them.
  private static let base: [String: String] = [
    "--data": SampleData.directory.string, "--seed": "5", "--batch-size": "64", "--transform": "crop:24",
    "--batches": "3", "--format": "jsonl", "--min-after-dequeue": "300", "--shard": "0/2",
  ]
  private static let token = leaveToken(base)
  private static let hundred = base.merging([
    "--data": SampleData.hundred.string, "--dataset": "cifar100", "--batch-size": "32",
  ]) { $1 }
  private static let hundredToken = leaveToken(hundred)

  private static let scratch = SampleData.directory.removingLastComponent()
  private static let small = synthetic("small", "--records-per-file", "100")
  private static let other = synthetic("other", "--records-per-file", "200", "--seed", "7")

  private static func synthetic(_ name: String, _ options: String...) -> String {
    let path = scratch.appending(name).string
    let result = Tool.command(["synth", "--quiet", "--output", path] + options).runChecked()
    precondition(result.status == .exited(0), result.errorText)
    return path
  }

  private static func words(_ options: [String: String]) -> [String] {
    ["batch"]
      + options.sorted { $0.key < $1.key }.flatMap { $0.value.isEmpty ? [$0.key] : [$0.key, $0.value] }
  }

  private static func leaveToken(_ options: [String: String]) -> String {
    let file = scratch.appending("token")
    let result = Tool.command(words(options) + ["--token-file", file.string]).runChecked()
    precondition(result.status == .exited(0), result.errorText)
    return String(FileBytes.text(file)!.dropLast())
  }

  /// The token of the first run before batch `next`.
  private static func token(at next: Int) -> String {
    var options = base
    (options["--format"], options["--batches"]) = (nil, nil)
    let result = Tool.command(["token", "--at", "\(next)"] + words(options).dropFirst()).runChecked()
    precondition(result.status == .exited(0), result.errorText)
    return String(result.outputText.dropLast())
  }

  /// An option that differs from the run of the token, and the field that the message names.
  struct Difference: Sendable, CustomTestStringConvertible {
    let field: String
    let options: [String: String]
    var leftOut: [String] = []
    var ofHundred = false
    var testDescription: String { "\(field): \(options)" }

    init(_ field: String, _ options: [String: String], leftOut: [String] = [], ofHundred: Bool = false) {
      (self.field, self.options, self.leftOut, self.ofHundred) = (field, options, leftOut, ofHundred)
    }
  }

  static let differences = [
    Difference("dataset", ["--dataset": "cifar100", "--data": SampleData.hundred.string]),
    Difference("split", ["--split": "test"]),
    Difference("records", ["--data": small]),
    Difference("data", ["--data": other]),
    Difference("data", ["--synthetic": ""], leftOut: ["--data"]),
    Difference("seed", ["--seed": "6"]),
    Difference("batch-size", ["--batch-size": "65"]),
    Difference("shuffle", ["--min-after-dequeue": "301"]),
    Difference("shuffle", ["--min-after-dequeue": "all"]),
    Difference("shuffle", ["--no-shuffle": ""], leftOut: ["--min-after-dequeue"]),
    Difference("drop-remainder", ["--drop-remainder": ""]),
    Difference("epoch-boundary", ["--epoch-boundary": "blend"]),
    Difference("transform", ["--transform": "crop:23"]),
    Difference("transform", ["--preset": "raw"], leftOut: ["--transform"]),
    Difference("layout", ["--layout": "nchw"]),
    Difference("dtype", ["--dtype": "float32"]),
    Difference("shard", ["--shard": "1/2"]),
    Difference("shard", ["--shard": "0/3"]),
    Difference("shard", ["--shard": "none"]),
    Difference("shard", ["--uneven": "pad"]),
    Difference("labels", ["--labels": "coarse"], ofHundred: true),
    Difference("split", ["--split": "test"], ofHundred: true),
  ]

  @Test("another data set or option is refused by its name, and nothing is delivered", arguments: differences)
  func refused(_ one: Difference) {
    var options = (one.ofHundred ? Self.hundred : Self.base).merging(one.options) { $1 }
    for name in one.leftOut { options[name] = nil }
    // In the middle of a turn each process has had another number of batches.
    options["--resume"] = one.ofHundred ? Self.hundredToken : Self.token(at: 1)

    let result = Tool.command(Self.words(options)).runChecked()

    // Generated records are as many as the official ones, and so told apart by their number.
    let field = one.options["--synthetic"] == nil ? one.field : "records"
    #expect(result.status == .exited(78))
    let start = "cifar-pipe: resume token: does not fit this run: \(field) (expected "
    #expect(result.errorText.hasPrefix(start), "\(result.errorText)")
    #expect(result.output == [])
  }

  @Test(
    "what only changes speed or form, or how much is delivered, is accepted",
    arguments: [
      ["--threads": "1"], ["--threads": "7"], ["--capacity": "5000"], ["--memory-limit": "0"],
      ["--format": "summary"],
      ["--data": SampleData.archive.string], ["--batches": "5"], ["--epochs": "2"], ["--stall-limit": "9"],
      // What is the default, or comes to the same.
      ["--layout": "nhwc"], ["--dtype": "uint8"], ["--capacity": "2348"], ["--epoch-boundary": "keep"],
    ])
  func accepted(options: [String: String]) {
    var options = Self.base.merging(options) { $1 }
    options["--resume"] = Self.token

    let result = Tool.command(Self.words(options)).runChecked()

    #expect(result.status == .exited(0), "\(result.errorText)")
  }

  @Test("the token that is printed for a batch is the one that a run leaves before it")
  func printed() {
    #expect(Self.token(at: 2) == Self.token)
    #expect(Self.token(at: 0).contains("@next=0@"))
  }

  @Test("a batch behind the end of a run has no token")
  func behindTheEnd() {
    let words = Self.words(Self.base.filter { $0.key != "--format" }).dropFirst()
    for (at, code) in [(3, 0), (4, 64)] as [(Int, Int32)] {
      let result = Tool.command(["token", "--at", "\(at)"] + words).runChecked()
      #expect(result.status == .exited(code))
      #expect(result.output.isEmpty == (code != 0))
    }
  }

  @Test(
    "between two turns any process goes on, between two epochs any number of processes",
    arguments: [
      (2, "1/2", true), (2, "0/3", false), (2, "none", false), (1, "1/2", false), (16, "1/2", true),
      (16, "0/3", true), (16, "none", true), (0, "2/5", true),
    ])
  func elastic(position: Int, shard: String, isAccepted: Bool) {
    let changed = ["--shard": shard, "--resume": Self.token(at: position), "--epochs": "2"]
    var options = Self.base.merging(changed) { $1 }
    options["--batches"] = nil

    let result = Tool.command(Self.words(options)).runChecked()

    #expect(result.status == .exited(isAccepted ? 0 : 78), "\(result.errorText)")
    #expect(result.output.isEmpty == !isAccepted)
  }

  @Test(
    "what is no token, or not all of one, is refused",
    arguments: [
      "x", "cifar-pipe-1", "@@@", token + "0", String(token.dropLast()), String(token.dropFirst()),
      token + "@" + token, token + "\n", token.replacing("next=", with: "next=1"),
      token.replacing("cifar-pipe-1", with: "cifar-pipe-2"),
    ])
  func malformed(text: String) {
    var options = Self.base
    options["--resume"] = nil

    let result = Tool.command(Self.words(options) + ["--resume=\(text)"]).runChecked()

    #expect(result.status == .exited(78))
    #expect(
      result.errorText
        == "cifar-pipe: resume token: is neither a whole token of cifar-pipe nor a file with one\n")
    #expect(result.output == [])
  }

  @Test("a token with any one character changed, left out or doubled is refused")
  func damaged() throws {
    let whole = try ResumeToken(parsing: Self.token)
    #expect(whole.text == Self.token)
    let characters = Array(Self.token)
    for index in characters.indices {
      for replacement in [[], [characters[index], characters[index]], ["0"], ["z"], ["@"], ["="]] {
        let text = String(characters[..<index] + replacement + characters[(index + 1)...])
        guard text != Self.token else { continue }
        #expect(throws: ResumeError.malformed) { try ResumeToken(parsing: text) }
      }
    }
  }

  @Test(
    "a well-formed token with a number of batches that no run has is refused, and no arithmetic overflows",
    arguments: [-1, 1 << 40 + 1, Int.max])
  func numbers(next: Int) throws {
    let text = try ResumeToken(parsing: Self.token).advanced(to: next).text
    #expect(throws: ResumeError.malformed) { try ResumeToken(parsing: text) }
  }

  @Test("a token after the last batch of all delivers nothing", arguments: ["keep", "blend"])
  func farOut(boundary: String) throws {
    var options = Self.base.merging(["--epoch-boundary": boundary]) { $1 }
    let token = Self.leaveToken(options)
    options["--resume"] = try ResumeToken(parsing: token).advanced(to: 1 << 40).text

    let result = Tool.command(Self.words(options)).runChecked()

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(result.output == [])
  }
}
