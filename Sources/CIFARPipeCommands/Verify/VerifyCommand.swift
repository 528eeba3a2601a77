import ArgumentParser
import CIFAR
import CIFARFiles
import FileSupport
import SystemPackage

/// `cifar-pipe verify`: checks every byte of a data set.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of a directory or archive.",
    usage: "cifar-pipe verify [<options>] [<path>]",
    discussion: """
      Prints a line a file and the images of each class; every fault is a line on standard error. Nothing is \
      written. Ends with 65 when something is wrong, else with 74 when reading failed, else with 66 when \
      something could not be checked. Examples:

        cifar-pipe verify cifar-10-batches-bin
        cifar-pipe verify --json cifar-10-python.tar.gz
        sha256sum cifar/*.bin > list; cifar-pipe verify --digests list cifar
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

  @Flag(
    help:
      "Take what is only odd for wrong: extra files, and record files of unlike length or not in the list.")
  var strict = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let path = try self.path?.path ?? DatasetOpening.defaultPath(dataset, environment: .current)
    let list = try digests.map { try DigestList(path: $0.path) }
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    let audit = try Audit(
      of: path, kind: dataset, isStrict: strict, digests: list, checkpoint: SignalTrap.checkpoint,
      progress: line.reading)
    line.end()
    let report = VerifyReport(audit)
    try OutputStream.standard.write(json ? report.json.text + "\n" : report.text)
    let problems = audit.allProblems
    for problem in problems { messages.console.error(problem.text) }
    if let severity = audit.severity {
      throw VerifyError(path: audit.path, count: problems.count, severity: severity)
    }
  }
}

/// A data set is not good, or nobody knows; each finding was told before.
struct VerifyError: CausedError, CustomStringConvertible {
  /// The directory or archive.
  let path: FilePath
  /// The number of findings.
  let count: Int
  /// The gravest one, which decides the exit code.
  let severity: AuditProblem.Severity

  var cause: ErrorCause { severity.cause }

  /// One line: how many findings there are and what they come to.
  var description: String {
    let finding = count == 1 ? "1 finding" : "\(count) findings"
    switch severity {
    case .wrong: return "\(path.escaped): is wrong (\(finding))"
    case .failed: return "\(path.escaped): could not be read completely (\(finding))"
    case .unchecked: return "\(path.escaped): could not be checked completely (\(finding))"
    }
  }
}
