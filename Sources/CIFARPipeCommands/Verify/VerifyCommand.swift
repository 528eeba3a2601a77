import ArgumentParser
import CIFAR
import CIFARFiles
import FileSupport
import SystemPackage
import TarArchive

/// `cifar-pipe verify`: checks every byte of data sets.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of directories or archives.",
    usage: "cifar-pipe verify [<options>] [<path> ...]",
    discussion: """
      Prints a line a file and the images of each class; every fault is a line on standard error. Nothing is \
      written. Ends with 65 when something is wrong, else with 74 when reading failed, else with 66 when \
      something could not be checked. Examples:

        cifar-pipe verify cifar-10-batches-bin
        cifar-pipe verify --quiet /data/cifar-10-* && echo all good
        cifar-pipe verify --json cifar-10-python.tar.gz
        curl -L https://example.org/cifar-10-binary.tar.gz | cifar-pipe verify -
        sha256sum cifar/*.bin > list; cifar-pipe verify --digests list cifar
      """)

  @Argument(
    help: ArgumentHelp(
      "Directories with the record files, their parents, or archives; '-' is standard input.",
      discussion: "Default: $CIFAR_PIPE_DATA, else the cache.", valueName: "path"))
  var paths: [PathArgument] = []

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

  func validate() throws {
    if paths.count(where: \.isStandardStream) > 1 {
      throw ValidationError("standard input can be read only once")
    }
    if digests?.isStandardStream == true { throw ValidationError("'--digests' needs a file") }
  }

  func run() throws {
    let list = try digests.map { try DigestList(path: $0.path) }
    guard paths.count > 1 else {
      let audit =
        try paths.first.map { try self.audit($0, list) }
        ?? audit(DatasetOpening.defaultPath(dataset, environment: .current), list)
      let report = VerifyReport(audit)
      if json { try OutputStream.standard.write(report.json.text + "\n") }
      try tell(report)
      if let error = report.error { throw error }
      return
    }
    var results: [VerifyResult] = []
    for path in paths {
      let result = try self.result(of: path, list)
      // Each as soon as it is known.
      switch result {
      case .report(let report):
        if !results.isEmpty && !json && !messages.quiet { try OutputStream.standard.write("\n") }
        try tell(report)
        if let error = report.error { messages.console.error("\(error)") }
      case .unreadable(_, let problem): messages.console.error(problem.text)
      }
      results.append(result)
    }
    if json { try OutputStream.standard.write(VerifyResult.json(results).text + "\n") }
    if let error = VerifyListError(results) { throw error }
  }

  private func result(of path: PathArgument, _ list: DigestList?) throws -> VerifyResult {
    do {
      return .report(VerifyReport(try audit(path, list)))
    } catch {
      // One of several that cannot be read must not hide the others.
      return .unreadable(
        path.isStandardStream ? RecognizedArchive.standardInputName : path.path, try AuditProblem(error))
    }
  }

  private func audit(_ path: PathArgument, _ list: DigestList?) throws -> Audit {
    guard path.isStandardStream else { return try audit(path.path, list) }
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    return try Audit(
      of: FileSource(standardInputTelling: line), named: RecognizedArchive.standardInputName, kind: dataset,
      isStrict: strict, digests: list)
  }

  private func audit(_ path: FilePath, _ list: DigestList?) throws -> Audit {
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    return try Audit(
      of: path, kind: dataset, isStrict: strict, digests: list, checkpoint: SignalTrap.checkpoint,
      progress: line.reading)
  }

  /// Prints a report for people, unless another one was asked for, and all findings.
  private func tell(_ report: VerifyReport) throws {
    if !json && !messages.quiet { try OutputStream.standard.write(report.text) }
    for digest in report.digests { messages.console.note(digest) }
    for problem in report.problems { messages.console.error(problem.text) }
  }
}

/// What came out for one of several paths.
enum VerifyResult {
  case report(VerifyReport)
  /// There is nothing that could be looked at.
  case unreadable(FilePath, AuditProblem)

  var severity: AuditProblem.Severity? {
    switch self {
    case .report(let report): report.severity
    case .unreadable(_, let problem): problem.severity
    }
  }

  /// All of them as one object; keys are only ever added.
  static func json(_ results: [VerifyResult]) -> JSON {
    .object([
      ("schema", .string("cifar-pipe/verify-list/1")),
      ("verdict", .string(VerifyReport.verdict(results.compactMap(\.severity).max()))),
      ("reports", .array(results.map(\.json))),
    ])
  }

  private var json: JSON {
    switch self {
    case .report(let report): report.json
    case .unreadable(let path, let problem):
      VerifyReport.json(unreadable: path, problem)
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

/// Some of several data sets are not good, or nobody knows; which ones was told before.
struct VerifyListError: CausedError, CustomStringConvertible {
  private let severities: [AuditProblem.Severity]
  private let count: Int

  /// `nil` where all are good.
  init?(_ results: [VerifyResult]) {
    severities = results.compactMap(\.severity)
    count = results.count
    if severities.isEmpty { return nil }
  }

  /// The gravest one decides the exit code.
  var cause: ErrorCause { severities.max()!.cause }

  /// One line: how many there are of each kind.
  var description: String {
    let wrong = severities.count { $0 == .wrong }
    let unchecked = severities.count - wrong
    let parts = [
      wrong > 0 ? "\(wrong) \(wrong == 1 ? "is" : "are") wrong" : nil,
      unchecked > 0 ? "\(unchecked) could not be checked" : nil,
    ].compactMap(\.self)
    return "of \(count) paths " + parts.joined(separator: " and ")
  }
}
