import ArgumentParser
import CIFAR
import FileSupport
import SystemPackage

/// `cifar-pipe verify`: checks every byte of a data set.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of a directory or archive.",
    discussion: """
      Prints a line a file and the images of each class; every fault is a line on standard error. Nothing is \
      written. Ends with 65 when something is wrong, else with 74 when reading failed, else with 66 when \
      something could not be checked. Examples:

        cifar-pipe verify cifar-10-batches-bin
        cifar-pipe verify --json cifar-10-python.tar.gz
        sha256sum *.bin > list; cifar-pipe verify --digests list .
      """)

  @Argument(
    help: ArgumentHelp(
      "A directory with the record files, its parent, or an archive.",
      discussion: "Default: $CIFAR_PIPE_DATA, else the cache.", valueName: "path"))
  var path: PathArgument?

  @Option(help: ArgumentHelp("The data set.", discussion: "Default: what the names of the files say."))
  var dataset: DatasetKind?

  @Option(help: ArgumentHelp("Compare with the SHA-256 digests of a list from sha256sum.", valueName: "file"))
  var digests: PathArgument?

  @Flag(help: "Take what is only odd for wrong: extra files, and record files of unlike length.")
  var strict = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let path = try self.path?.path ?? DatasetOpening.defaultPath(dataset, environment: .current)
    let list = try digests.map { try DigestList(path: $0.path) } ?? DigestList()
    var (check, isComplete) = try check(path)
    check.conclude(isComplete: isComplete, isStrict: strict, digests: list)

    let report = VerifyReport(check)
    try OutputStream.standard.write(json ? report.json.text + "\n" : report.text)
    let findings = check.allFindings
    for finding in findings { messages.console.error(finding.text) }
    if let severity = check.severity {
      throw VerifyError(path: check.path, count: findings.count, severity: severity)
    }
  }

  private func check(_ path: FilePath) throws -> (DatasetCheck, isComplete: Bool) {
    let descriptor = try FileDescriptor.openForReading(path)
    let kind = try descriptor.closeAfter { try descriptor.kind(path: path) }
    guard kind == .directory else { return try ArchiveVerifier().check(path, kind: dataset) }
    return (try DirectoryVerifier().check(path, kind: dataset), true)
  }
}
