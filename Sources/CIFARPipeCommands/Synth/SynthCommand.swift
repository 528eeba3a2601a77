import ArgumentParser
import CIFAR
import CIFARFiles
import SystemPackage

/// `cifar-pipe synth`: writes generated records.
struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Write generated records in the official layout.",
    usage: "cifar-pipe synth [<options>] --output <path>",
    discussion: """
      Each class is a shape that a person tells apart and a small classifier learns. The records depend on \
      the seed alone. Examples:

        cifar-pipe synth --output synthetic
        cifar-pipe synth --output cifar-10-binary.tar.gz
        cifar-pipe synth --output many --files 600 --records-per-file 10000
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A directory, or an archive if the name ends in .tar.gz or .tgz.", valueName: "path"))
  var output: PathArgument

  @Option(help: "The record layout and file names.")
  var dataset = DatasetKind.cifar10

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Records in each file, the test file too.", discussion: "Default: the official numbers.",
      valueName: "n"),
    transform: Bounded.integer(1...1_000_000))
  var recordsPerFile: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Training files, at least 5; CIFAR-10 only.", valueName: "n"),
    transform: Bounded.integer(5...SyntheticDataset.maximumTrainFileCount))
  var files: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What all records derive from. (default: \(SyntheticRecords.defaultSeed))", valueName: "n"),
    transform: Bounded.integer(UInt64.min...UInt64.max))
  var seed = SyntheticRecords.defaultSeed

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if files != nil && dataset != .cifar10 { throw ValidationError("'--files' needs '--dataset cifar10'") }
    if output.isStandardStream { throw ValidationError("'--output' needs a name") }
    try ForeignEnding.archive.check(output)
  }

  func run() throws {
    let records = SyntheticDataset(dataset, seed: seed, recordsPerFile: recordsPerFile, trainFileCount: files)
    let line = ProgressLine(messages, "writing")
    defer { line.end() }
    let writer = SyntheticDatasetWriter(
      records, path: output.path, isReplacing: force, checkpoint: SignalTrap.checkpoint,
      progress: line.reading)
    let name = output.path.lastComponent?.string ?? ""
    if name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") {
      try writer.writeArchive()
    } else {
      try writer.writeDirectory()
    }
    messages.console.hint("\(records.members.count) files in \(output.path.escaped)")
  }
}
