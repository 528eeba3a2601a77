import CIFAR

/// What was probably meant by words that the argument parser does not take: a table, looked at by ``ParserLine``.
///
/// Misspelt words are not in it: ``Spelling`` finds those.
struct Hint {
  /// What the word was taken for.
  enum Role {
    /// A command.
    case command
    /// An option.
    case option
    /// An argument without an option.
    case argument
    /// The value of an option.
    case value
  }

  /// Which words a line of the table is for.
  enum Words {
    case any
    case of([String])
    case containing(String)
  }

  private let role: Role
  /// The commands for which the line is, without the program's name; all if empty.
  private let commands: [String]
  private let words: Words
  /// What is said; `%` stands for the word.
  private let advice: String

  /// What to say about a word that is none in its role; `nil` where the table has nothing.
  ///
  /// - Parameter command: The command without the program's name; empty for the root.
  static func advice(for word: String, as role: Role, in command: String) -> String? {
    table.first { $0.role == role && $0.isFor(command) && $0.fits(word) }?
      .advice.replacing("%", with: word)
  }

  private func isFor(_ command: String) -> Bool { commands.isEmpty || commands.contains(command) }

  private func fits(_ word: String) -> Bool {
    switch words {
    case .any: true
    case .of(let words): words.contains(word.lowercased())
    case .containing(let part): word.contains(part)
    }
  }

  private static let runs = ["batch", "bench", "show", "token"]

  /// The first line that fits counts.
  private static let table: [Hint] = [
    // What other programs call the commands.
    .init(.command, [""], ["download", "get", "pull"], meant: "fetch"),
    .init(.command, [""], ["unpack", "untar", "unzip"], meant: "extract"),
    .init(.command, [""], ["check", "validate", "audit"], meant: "verify"),
    .init(.command, [""], ["stream", "load", "run", "train"], meant: "batch"),
    .init(.command, [""], ["benchmark", "measure", "perf"], meant: "bench"),
    .init(.command, [""], ["view", "preview", "plot", "draw"], meant: "show"),
    .init(.command, [""], ["generate", "synthesize", "synthetic"], meant: "synth"),
    .init(.command, [""], ["clean", "clear"], meant: "cache clear"),
    .init(.command, [""], ["list", "ls"], meant: "cache ls"),
    .init(.command, [""], ["version"], meant: "--version"),
    .init(.command, ["cache"], ["clean", "rm", "remove", "delete", "purge", "empty"], meant: "clear"),
    .init(.command, ["cache"], ["list", "show", "contents"], meant: "ls"),
    .init(.command, ["cache"], ["dir", "location", "where", "pwd"], meant: "path"),
    .init(.command, ["cache"], ["check", "validate"], meant: "verify"),

    // What a word without an option is.
    .init(.argument, runs + ["fetch"], .of(DatasetKind.allCases.map(\.rawValue)), meant: "--dataset %"),
    .init(.argument, runs, .of(Split.allCases.map(\.rawValue)), meant: "--split %"),
    .init(.argument, runs, .of(TransformPreset.allCases.map(\.rawValue)), meant: "--preset %"),
    .init(.argument, ["batch"], .of(BatchFormatName.allCases.map(\.rawValue)), meant: "--format %"),
    .init(.argument, ["show"], .containing(".png"), meant: "--output %"),
    .init(.argument, runs, .any, meant: "--data %"),
    .init(.argument, ["fetch"], ["binary", "python"], meant: "--variant %"),
    .init(.argument, ["fetch"], .containing("://"), meant: "--url %"),
    .init(.argument, ["fetch", "extract", "synth"], .any, meant: "--output %"),

    // What other programs call the options.
    .init(.option, runs, ["-b", "--bs"], meant: "--batch-size"),
    .init(.option, runs, ["-j", "-t", "--num-threads", "--num-workers", "--workers"], meant: "--threads"),
    .init(.option, runs, ["--num-epochs", "-e"], meant: "--epochs"),
    .init(.option, runs, ["--num-batches", "--steps", "--limit"], meant: "--batches"),
    .init(.option, runs, ["--drop-last"], meant: "--drop-remainder"),
    .init(.option, runs, ["--buffer-size", "--shuffle-buffer"], meant: "--min-after-dequeue"),
    .init(.option, runs, ["--augment", "--augmentation"], meant: "--transform"),
    .init(.option, runs, ["--fake", "--random", "--synth"], meant: "--synthetic"),
    .init(.option, runs, ["--rank", "--world-size"], meant: "--shard I/N"),
    .init(.option, runs, ["--train", "--test"], advice: "did you mean '--split train' or '--split test'?"),
    .init(.option, runs, ["--shuffle"], advice: "records are shuffled unless '--no-shuffle' is given"),
    .init(.option, ["bench"], ["--repeat", "--repetitions", "-r"], meant: "--runs"),
    .init(.option, [], ["--overwrite", "--replace", "-y", "--yes"], meant: "--force"),
    .init(.option, [], ["--silent", "-s"], meant: "--quiet"),

    // What other programs call the values.
    .init(.value, [], ["float", "fp32", "f32", "single"], meant: "float32"),
    .init(.value, [], ["half", "fp16", "f16"], meant: "float16"),
    .init(.value, [], ["bf16"], meant: "bfloat16"),
    .init(.value, [], ["byte", "bytes", "u8"], meant: "uint8"),
    .init(.value, [], ["channels_last", "hwc"], meant: "nhwc"),
    .init(.value, [], ["channels_first", "chw"], meant: "nchw"),
    .init(.value, [], ["validation", "valid", "val", "eval"], meant: "test"),
  ]

  private init(_ role: Role, _ commands: [String], _ words: Words, advice: String) {
    self.role = role
    self.commands = commands
    self.words = words
    self.advice = advice
  }

  private init(_ role: Role, _ commands: [String], _ words: [String], advice: String) {
    self.init(role, commands, .of(words), advice: advice)
  }

  private init(_ role: Role, _ commands: [String], _ words: Words, meant: String) {
    self.init(role, commands, words, advice: "did you mean '\(meant)'?")
  }

  private init(_ role: Role, _ commands: [String], _ words: [String], meant: String) {
    self.init(role, commands, .of(words), meant: meant)
  }
}
