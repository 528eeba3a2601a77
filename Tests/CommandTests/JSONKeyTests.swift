import ArgumentParser
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// Keys of JSON are promised to stay, so the manual has each of them: a new one fails here until its page names it, and
/// one that is gone fails until somebody has thought about whom that breaks.
@Suite("Keys of JSON", .timeLimit(.minutes(5)))
struct JSONKeyTests {
  /// Commands that print every key which an output may have: an object a line.
  ///
  /// They run in a directory with generated records as `data` and `hundred` (of CIFAR-100), `archive.tar.gz`, and a
  /// copy of the python version.
  static let outputs = [
    "batch --format jsonl": "cifar-pipe batch --data data --batches 1 --format jsonl",
    "batch --format summary": "cifar-pipe batch --data data --batches 1 --format summary",
    "batch --manifest":
      "cifar-pipe batch --data data --batches 1 --format raw --manifest m >raw && cat m",
    "bench --json": """
    few='--data data --batches 4 --runs 2 --warmup 0 --seed 1 --step-time 1ms'
    cifar-pipe bench $few --quiet --export-json earlier >text
    cat earlier
    cifar-pipe bench $few --quiet --compare earlier --tolerance 99 --baseline sync --json || [ $? = 1 ]
    cifar-pipe bench --data data --quiet --tune --step-time 1us --min-au 100 --batch-size 100 --json || [ $? = 1 ]
    """,
    "verify --json": """
    for copy in archive.tar.gz hundred cifar-10-batches-py; do cifar-pipe verify --json $copy; done
    """,
    "batch --json": "cifar-pipe batch --data data --dry-run --json",
    "cache verify --json": """
    mkdir cache && cp archive.tar.gz cache/cifar-10-binary.tar.gz
    CIFAR_PIPE_CACHE=cache cifar-pipe cache verify --json
    """,
    "cache ls --json": """
    mkdir cache && cp archive.tar.gz cache/cifar-10-binary.tar.gz
    CIFAR_PIPE_CACHE=cache cifar-pipe cache ls --json
    """,
    "extract --json": "cifar-pipe extract archive.tar.gz --quiet --json",
    "fetch --json": """
    mkdir a
    cifar-pipe fetch --quiet --url file://$PWD/archive.tar.gz --unverified --output a --json
    cifar-pipe fetch --quiet --url file://$PWD/archive.tar.gz --unverified --output a --archive-only --json
    """,
    "fetch --mirrors": """
    mkdir b
    cifar-pipe fetch --url file://$PWD/archive.tar.gz --unverified --output b --mirrors --json
    cifar-pipe fetch --url file://$PWD/archive.tar.gz --unverified --output b --probe --json
    """,
  ]

  /// What was printed, gathered beside each other: most of them wait.
  private static let printed = outputs.mapValues { script in Background { run(script) } }

  private static func run(_ script: String) -> CommandResult {
    let scratch = ScratchDirectory("json")
    PythonSamples.make(.cifar10, in: scratch)
    let links = """
      ln -s \(SampleData.directory) data; ln -s \(SampleData.hundred) hundred
      ln -s \(SampleData.archive) archive.tar.gz
      set -e
      """
    var command = Tool.shell("\(links)\n\(script)", in: scratch.path)
    command.environment.append("HOME=\(scratch.path)")
    return command.run(limit: .seconds(200))
  }

  private static func promises(_ output: String) throws -> [PromisedKeys] {
    try ManualPage.names.flatMap { try ManualPage($0).promisedKeys.filter { $0.output == output } }
  }

  @Test("the manual names the keys that are printed, and no others", arguments: outputs.keys.sorted())
  func keys(output: String) throws {
    let promises = try Self.promises(output)
    let promised = promises.flatMap(\.paths)

    let result = try #require(Self.printed[output]).value
    #expect(result.status == .exited(0), "\(result.errorText)")
    let values = try result.outputText.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    let printed = Set(values.flatMap(\.paths))

    #expect(!printed.isEmpty)
    #expect(printed.subtracting(promised) == [], "printed, and not in the manual")
    for list in promises {
      // A list for several places has the keys of all of them together.
      let missing = list.keys.filter { key in
        list.places.allSatisfy { !printed.contains($0.isEmpty ? key : "\($0).\(key)") }
      }
      #expect(missing == [], "in the manual, and not printed in \(list.places)")
    }
    #expect(promises.allSatisfy { Set($0.keys).count == $0.keys.count }, "a key is listed twice")
  }

  @Test("every command that has --json is tried here, and so is every list of the manual")
  func complete() throws {
    let listed = try ManualPage.names.flatMap { try ManualPage($0).promisedKeys.map(\.output) }

    #expect(Set(listed) == Set(Self.outputs.keys))
    let words = Self.wordsOfJSONCommands(CIFARPipe.self)
    #expect(words.contains("cache ls"))
    for words in words { #expect(Self.outputs["\(words) --json"] != nil, "\(words)") }
  }

  /// The words of the commands below `command`, at any depth, whose help has `--json`.
  private static func wordsOfJSONCommands(_ command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.flatMap { inner -> [String] in
      let options = HelpText.parse(CIFARPipe.helpMessage(for: inner, columns: 10_000))
      let own = options.contains { $0.names.contains("--json") } ? [inner._commandName] : []
      return own + wordsOfJSONCommands(inner).map { "\(inner._commandName) \($0)" }
    }
  }
}

extension JSONValue {
  /// The paths of all keys, such as `machine.kernel`; those of an array are the paths of its elements.
  fileprivate var paths: [String] {
    switch self {
    case .object(let members):
      members.flatMap { member in [member.name] + member.value.paths.map { "\(member.name).\($0)" } }
    case .array(let elements): elements.flatMap(\.paths)
    case .null, .bool, .number, .string: []
    }
  }
}
