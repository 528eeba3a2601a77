import FileSupport
import SystemPackage

/// A data set is not good, or nobody knows; each finding was told before.
struct VerifyError: Error, CustomStringConvertible {
  /// The directory or archive.
  let path: FilePath
  /// The number of findings.
  let count: Int
  /// The gravest finding, which decides the exit code.
  let severity: VerifyFinding.Severity

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
