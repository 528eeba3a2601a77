import CIFAR
import FileSupport

/// One thing that is wrong, or that could not be found out.
struct VerifyFinding: Sendable, Equatable {
  /// What a finding means for the whole; a later one outweighs an earlier one.
  enum Severity: Int, Comparable, Sendable {
    /// Something is missing or may not be read, so nobody knows whether it is good.
    case unchecked
    /// Reading failed on the way.
    case failed
    /// Something was read and is wrong.
    case wrong

    static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
  }

  /// What the finding means.
  let severity: Severity
  /// One line: the thing, and what is wrong with it.
  let text: String

  /// Something that is wrong.
  static func wrong(_ text: String) -> VerifyFinding { VerifyFinding(severity: .wrong, text: text) }

  private init(severity: Severity, text: String) {
    self.severity = severity
    self.text = text
  }

  /// The finding for an error of reading or checking.
  ///
  /// - Throws: `error` itself when it is not about the data, such as a signal.
  init(_ error: any Error) throws {
    switch error {
    case FileError.wrongKind, DatasetError.notAFile, DatasetError.missingFiles:
      self = .wrong("\(error)")
      return
    default: break
    }
    switch Ending(of: error, words: []).status {
    case .dataError: self = .wrong("\(error)")
    case .noInput: self.init(severity: .unchecked, text: Self.uncheckedText(error))
    case .inputOutputError: self.init(severity: .failed, text: "\(error)")
    default: throw error
    }
  }

  /// "Could not be checked" is not "is wrong", and says so.
  private static func uncheckedText(_ error: any Error) -> String {
    switch error {
    case FileError.system(let path, _, let reason), DatasetError.unreadable(let path, let reason):
      "\(path.escaped): could not be checked: \(reason.words)"
    default: "\(error)"
    }
  }
}
