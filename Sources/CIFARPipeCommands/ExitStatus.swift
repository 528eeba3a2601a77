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
