import ArgumentParser
import SystemPackage

/// `cifar-pipe extract`: unpacks an archive.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Unpack an archive of CIFAR into a directory.",
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
    let archive = try RecognizedArchive(archive)
    let directory = output?.path ?? FilePath(archive.layout.directoryName)
    let extraction = Extraction(archive, to: directory, isNested: output != nil, isReplacing: force)
    let progress = ProgressLine(messages)
    let summary = try extraction.run(progress: progress)
    messages.console.hint(extraction.sentence(summary))
    if json {
      var members = extraction.json(summary)
      members.insert(("schema", .string("cifar-pipe/extract/1")), at: 0)
      members.append(("seconds", .number(start.duration(to: .now) / .seconds(1))))
      try OutputStream.standard.write(JSON.object(members).text + "\n")
    }
  }
}
