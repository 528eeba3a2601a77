import ArgumentParser
import CIFAR
import Download
import FileSupport
import Glibc
import InputPipeline
import Picture

/// How an error ends the program: the one line that is printed, and the exit code.
struct Ending {
  private let error: any Error
  private let words: [String]

  /// The ending for an error of a command line.
  init(of error: any Error, words: [String]) {
    self.error = error
    self.words = words
  }

  /// Prints the message, if there is one, and ends the process.
  func end() -> Never {
    switch error {
    case CommandError.interrupted(let signal): SignalTrap.end(by: signal)
    case CommandError.readerGone: SignalTrap.end(by: SIGPIPE)
    case let error as DownloadError where error.cause == .stopped:
      Console().error(message)
      SignalTrap.end(by: SignalTrap.shared.signal ?? SIGINT)
    default: break
    }
    if CIFARPipe.exitCode(for: error) == .success {
      // Help and version: what was asked for, so it goes to standard output.
      do { try OutputStream.standard.write(CIFARPipe.fullMessage(for: error) + "\n") } catch {
        Ending(of: error, words: words).end()
      }
      exit(ExitStatus.success.rawValue)
    }
    Console().error(message)
    exit(status.rawValue)
  }

  /// The exit code for an error of a command, as a shell sees it; `nil` where nobody is left to be told.
  static func code(of error: any Error) -> Int32? {
    switch error {
    case CommandError.readerGone: nil
    case CommandError.interrupted(let signal): 128 + signal
    default: Ending(of: error, words: []).status.rawValue
    }
  }

  private var message: String {
    ErrorLine(error, words: words, isFromParser: CIFARPipe.exitCode(for: error) == .validationFailure).text
  }

  /// The exit code; the one place that maps errors to codes.
  var status: ExitStatus {
    switch error {
    case let error as CommandError: Self.status(of: error)
    case let error as RecordPipelineError: Self.status(of: error)
    case let error as DownloadError: Self.status(of: error.cause)
    case let error as FetchError: Self.status(of: error)
    case let error as any CausedError: Self.status(of: error.cause)
    case is ResumeError: .configuration
    case is TransformError, is RecordCollectionError, PictureError.size: .usage
    case is ThreadError, is MemoryError: .temporaryFailure
    case QueueError.poolAboveCapacity: .usage
    case is QueueError: .internalError
    default: CIFARPipe.exitCode(for: error) == .validationFailure ? .usage : .internalError
    }
  }

  private static func status(of error: CommandError) -> ExitStatus {
    switch error {
    case .usage: .usage
    case .gateNotMet: .answerIsNo
    case .noData: .noInput
    case .outputFailed: .inputOutputError
    case .wrongInput: .dataError
    case .readerGone, .interrupted: .internalError
    }
  }

  private static func status(of cause: ErrorCause) -> ExitStatus {
    switch cause {
    case .data: .dataError
    case .absent: .noInput
    case .refused: .cannotCreate
    case .io: .inputOutputError
    case .busy: .temporaryFailure
    }
  }

  private static func status(of cause: DownloadError.Cause) -> ExitStatus {
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

  private static func status(of error: FetchError) -> ExitStatus {
    switch error {
    case .offline, .nothingToAdopt: .noInput
    case .wrongCache: .dataError
    case .noCache: .cannotCreate
    case .noSource: .unavailable
    }
  }

  private static func status(of error: RecordPipelineError) -> ExitStatus {
    switch error {
    case .noRecords: .dataError
    case .tooManyRecords, .batchNeverFull, .tooFewBatches: .usage
    case .stalled: .temporaryFailure
    case .stopped: .internalError
    }
  }
}

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
