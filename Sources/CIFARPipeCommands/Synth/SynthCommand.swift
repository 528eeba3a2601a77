import ArgumentParser
import CIFAR
import CIFARFiles
import FileSupport
import SystemPackage
import TarArchive

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
        cifar-pipe synth --output - | cifar-pipe batch --data -
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A directory, or an archive if the name ends in .tar.gz or .tgz; '-' is an archive on standard output.",
      valueName: "path"))
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

  @Flag(help: "Do nothing where the output is there and every byte is what would be written.")
  var ifMissing = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if files != nil && dataset != .cifar10 { throw ValidationError("'--files' needs '--dataset cifar10'") }
    if ifMissing && force { throw ValidationError("'--if-missing' and '--force' exclude each other") }
    if ifMissing && isStream { throw ValidationError("'--if-missing' needs a file or directory") }
    if !isStream { try ForeignEnding.archive.check(output) }
  }

  /// Whether the output is written as it is, without a name that it gets when it is complete.
  private var isStream: Bool { output.outputDescriptor != nil || StreamFile.exists(at: output.path) }

  func run() throws {
    let records = SyntheticDataset(dataset, seed: seed, recordsPerFile: recordsPerFile, trainFileCount: files)
    let name = output.path.lastComponent?.string ?? ""
    let isArchive = name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz")
    if ifMissing, try isThere(records, asArchive: isArchive) {
      return messages.console.hint("\(output.path.escaped): already present, \(records.members.count) files")
    }
    let line = ProgressLine(messages, "writing")
    defer { line.end() }
    let writer = SyntheticDatasetWriter(
      records, path: output.path, isReplacing: force, checkpoint: SignalTrap.checkpoint,
      progress: line.reading)
    if isStream {
      let destination = try OutputDestination(output, isReplacing: force)
      guard !destination.stream.isTerminal else {
        throw CommandError.usage("a terminal cannot show an archive; write to a pipe or a file")
      }
      try writer.writeArchive(to: StreamSink(destination.stream))
      try destination.finish()
    } else if isArchive {
      try writer.writeArchive()
    } else {
      try writer.writeDirectory()
    }
    for member in records.members { messages.console.note("\(member.name): \(member.byteCount) bytes") }
    messages.console.note("seed \(seed)")
    let place = output.isStandardStream ? OutputStream.standard.name : output.path.escaped
    messages.console.hint("\(records.members.count) files in \(place)")
  }

  private func isThere(_ records: SyntheticDataset, asArchive isArchive: Bool) throws -> Bool {
    let line = ProgressLine(messages, "comparing")
    defer { line.end() }
    let comparison = SyntheticDatasetComparison(
      records, path: output.path, checkpoint: SignalTrap.checkpoint, progress: line.reading)
    return try isArchive ? comparison.isArchiveThere() : comparison.isDirectoryThere()
  }
}

/// An output as the end of an archive's way.
private final class StreamSink: ByteSink {
  private let stream: OutputStream

  init(_ stream: OutputStream) {
    self.stream = stream
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try stream.write([bytes]) }
}
