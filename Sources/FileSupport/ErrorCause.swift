/// What kind of thing went wrong, as far as anybody has to know who does not know the error itself.
public enum ErrorCause: Sendable, Equatable {
  /// The input was read and is wrong.
  case data
  /// The input is missing, unreadable, or something else than can be read.
  case absent
  /// The output may not or cannot be created.
  case refused
  /// Reading or writing failed on the way.
  case io
  /// Something is busy or used up; the same may work later.
  case busy
}

/// An error that tells its cause.
public protocol CausedError: Error {
  /// What kind of thing went wrong.
  var cause: ErrorCause { get }
}

extension FileError: CausedError {
  /// What the system refused decides, and why.
  public var cause: ErrorCause {
    switch self {
    case .exists, .notReplaceable, .foreignContents, .notAName: .refused
    case .system(_, _, .noSpace), .system(_, _, .diskQuotaExceeded): .io
    // Whatever was to be opened may well be there.
    case .system(_, _, .tooManyOpenFiles), .system(_, _, .tooManyOpenFilesInSystem): .io
    case .system(_, .create, _): .refused
    case .system(_, .open, _), .wrongKind: .absent
    case .system, .notDurable, .unowned: .io
    case .changed, .replaced: .data
    case .locked: .busy
    }
  }
}

extension FileError {
  /// The same error where something could not be opened that this run has made itself: then it is not missing, but
  /// somebody has taken it away.
  public var whileWriting: FileError {
    if case .system(let path, .open, let reason) = self {
      .system(path: path, operation: .write, reason: reason)
    } else {
      self
    }
  }
}
