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

  @Flag(help: "Do nothing where the directory is there and every byte is that of the archive.")
  var ifMissing = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if ifMissing && force { throw ValidationError("'--if-missing' and '--force' exclude each other") }
  }

  func run() throws {
    let start = ContinuousClock.now
    let line = ProgressLine(messages, "extracting")
    defer { line.end() }
    let archive =
      try self.archive.isStandardStream
      ? RecognizedArchive(standardInputTelling: line)
      : RecognizedArchive(
        opening: self.archive.path, checkpoint: SignalTrap.checkpoint, progress: line.reading)
    messages.console.note(
      "\(self.archive.isStandardStream ? RecognizedArchive.standardInputName.escaped : self.archive.path.escaped): "
        + "\(archive.contents.dataset.facts.title), \(archive.contents.variant.rawValue) version")
    let directory = output?.path ?? FilePath(root: nil, [archive.contents.directoryName])
    let present = ifMissing ? try archive.compare(with: directory, isNested: output != nil) : nil
    if let present {
      line.end()
      messages.console.hint("\(directory.escaped): already present, \(present.fileCount) files")
    }
    let summary =
      try present
      ?? archive.extract(
        to: directory, isNested: output != nil, isReplacing: force, telling: messages, line)
    if json {
      let members: [(String, JSON)] = [
        ("schema", .string("cifar-pipe/extract/1")),
        ("dataset", .string(archive.contents.dataset.rawValue)),
        ("variant", .string(archive.contents.variant.rawValue)),
        ("directory", .string(directory.string)),
        ("outcome", .string(present == nil ? "extracted" : "already present")),
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
