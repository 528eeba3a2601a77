import CIFAR
import FileSupport

/// One thing that is wrong, or that could not be found out.
public struct AuditProblem: Sendable, Equatable {
  /// What a problem means for the whole; a later one outweighs an earlier one.
  public enum Severity: Int, Comparable, Sendable {
    /// Something is missing or may not be read, so nobody knows whether it is good.
    case unchecked
    /// Reading failed on the way.
    case failed
    /// Something was read and is wrong.
    case wrong

    /// The milder one is the lesser.
    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

    /// The cause of an error that such a problem is the reason of.
    public var cause: ErrorCause {
      switch self {
      case .unchecked: .absent
      case .failed: .io
      case .wrong: .data
      }
    }
  }

  /// What the problem means.
  public let severity: Severity
  /// One line: the thing, and what is wrong with it.
  public let text: String

  static func wrong(_ text: String) -> AuditProblem { AuditProblem(severity: .wrong, text: text) }

  private init(severity: Severity, text: String) {
    self.severity = severity
    self.text = text
  }

  /// The problem that an error of reading or checking is.
  ///
  /// - Throws: `error` itself when it is not about the data, such as a signal.
  public init(_ error: any Error) throws {
    switch error {
    // Nothing else can be in the place of a file of the data set.
    case FileError.wrongKind, DatasetError.notAFile, DatasetError.missingFiles: self = .wrong("\(error)")
    case let error as any CausedError:
      switch error.cause {
      case .data: self = .wrong("\(error)")
      case .absent: self.init(severity: .unchecked, text: Self.uncheckedText(error))
      case .io: self.init(severity: .failed, text: "\(error)")
      case .refused, .busy: throw error
      }
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
