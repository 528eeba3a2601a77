import ArgumentParser
import CIFARFiles
import SystemPackage
import TarArchive

/// `cifar-pipe extract`: unpacks an archive.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Unpack an archive of CIFAR into a directory.",
    usage: "cifar-pipe extract [<options>] <archive>",
    discussion: """
      Every byte is checked before the directory gets its name: the checksums of gzip and tar, the names of \
      the members, and the sizes of the record files. Examples:

        cifar-pipe extract cifar-10-binary.tar.gz
        cifar-pipe extract cifar-100-python.tar.gz --output hundred
        curl -L https://example.org/cifar-10-binary.tar.gz | cifar-pipe extract -
      """)

  @Argument(help: "A .tar.gz or .tar archive; '-' is standard input.")
  var archive: PathArgument

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The directory to create; the official directory will be in it.",
      discussion: "Default: the official directory itself, in the working directory.", valueName: "dir"))
  var output: PathArgument?

  @Flag(name: .shortAndLong, help: "Replace a directory that holds an earlier extraction and nothing else.")
  var force = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let start = ContinuousClock.now
    let line = ProgressLine(messages, "extracting")
    defer { line.end() }
    let archive =
      try self.archive.isStandardStream
      ? RecognizedArchive(
        FileSource(
          .standardInput, path: "standard input", checkpoint: SignalTrap.checkpoint, progress: line.reading))
      : RecognizedArchive(
        opening: self.archive.path, checkpoint: SignalTrap.checkpoint, progress: line.reading)
    let directory = output?.path ?? FilePath(root: nil, [archive.contents.directoryName])
    let summary = try archive.extract(
      to: directory, isNested: output != nil, isReplacing: force, telling: messages, line)
    if json {
      let members: [(String, JSON)] = [
        ("schema", .string("cifar-pipe/extract/1")),
        ("dataset", .string(archive.contents.dataset.rawValue)),
        ("variant", .string(archive.contents.variant.rawValue)),
        ("directory", .string(directory.string)),
        ("files", .integer(summary.fileCount)),
        ("bytes", .integer(Int(summary.byteCount))),
        ("seconds", .number(start.duration(to: .now) / .seconds(1))),
      ]
      try OutputStream.standard.write(JSON.object(members).text + "\n")
    }
  }
}

extension RecognizedArchive {
  /// Unpacks the archive as ``extract(to:isNested:isReplacing:progress:)`` does, and tells people what was done.
  ///
  /// - Parameter line: What has told so far how much of the archive was read.
  func extract(
    to directory: FilePath, isNested: Bool, isReplacing: Bool, telling messages: MessageOptions,
    _ line: ProgressLine
  ) throws -> ArchiveExtractor.Summary {
    let summary = try extract(to: directory, isNested: isNested, isReplacing: isReplacing) { _ in
      try SignalTrap.checkpoint()
    }
    line.end()
    messages.console.hint("\(summary.fileCount) files, \(summary.byteCount) bytes in \(directory.escaped)")
    return summary
  }
}
