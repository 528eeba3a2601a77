import CIFAR
import Download
import FileSupport
import InputPipeline
import Picture
import Threads

/// The exit codes that scripts may rely on; the table in cifar-pipe(1).
///
/// Values from 64 on are those of BSD's `sysexits.h`.
enum ExitStatus: Int32 {
  case success = 0
  /// Ran well, and the answer is no.
  case answerIsNo = 1
  /// The command line asks for something impossible.
  case usage = 64
  /// The input was read and is wrong.
  case dataError = 65
  /// The input is missing or unreadable.
  case noInput = 66
  /// The remote side failed, retries included.
  case unavailable = 69
  /// A broken rule of our own.
  case internalError = 70
  /// The output may not or cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed on the way.
  case inputOutputError = 74
  /// Busy or timed out; the same command may work later.
  case temporaryFailure = 75
  /// A resume token does not fit.
  case configuration = 78
}

/// An error of a command itself, which knows its exit code.
protocol CommandFailure: Error {
  var status: ExitStatus { get }
}

extension ExitStatus {
  /// The exit code for an error of a command or a library, the one place that maps them; `nil` for others, such as
  /// those of the argument parser.
  init?(of error: any Error) {
    switch error {
    case let error as any CommandFailure: self = error.status
    case let error as RecordPipelineError: self = Self.of(error)
    case let error as DownloadError: self = Self.of(error.cause)
    case let error as any CausedError: self = Self.of(error.cause)
    case is TransformError, is RecordCollectionError, PictureError.size: self = .usage
    case MemoryError.beyondLimit: self = .usage
    case is ThreadError, is MemoryError: self = .temporaryFailure
    case QueueError.poolAboveCapacity: self = .usage
    case is QueueError: self = .internalError
    default: return nil
    }
  }

  private static func of(_ cause: ErrorCause) -> ExitStatus {
    switch cause {
    case .data: .dataError
    case .absent: .noInput
    case .refused: .cannotCreate
    case .io: .inputOutputError
    case .busy: .temporaryFailure
    }
  }

  private static func of(_ cause: DownloadError.Cause) -> ExitStatus {
    switch cause {
    case .usage: .usage
    case .data: .dataError
    case .network: .unavailable
    case .creation: .cannotCreate
    case .storage: .inputOutputError
    case .temporary: .temporaryFailure
    case .stopped: .internalError
    }
  }

  private static func of(_ error: RecordPipelineError) -> ExitStatus {
    switch error {
    case .noRecords, .batchNeverFull: .dataError
    case .tooManyRecords, .tooFewBatches: .usage
    case .stalled: .temporaryFailure
    case .stopped: .internalError
    }
  }
}
