import ArgumentParser
import Download
import Platform

/// How an error ends the program: the one line that is printed, and the exit code.
struct Ending {
  /// Columns of the help, whatever the terminal has: the examples are made for it, and a wider text is hard to read.
  static let helpWidth = 80

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
      do {
        try OutputStream.standard.write(CIFARPipe.fullMessage(for: error, columns: Self.helpWidth) + "\n")
      } catch {
        Ending(of: error, words: words).end()
      }
      exit(ExitStatus.success.rawValue)
    }
    Console().error(message)
    exit(status.rawValue)
  }

  private var message: String {
    ErrorLine(error, words: words, isFromParser: CIFARPipe.exitCode(for: error) == .validationFailure).text
  }

  /// The exit code.
  var status: ExitStatus {
    ExitStatus(of: error) ?? (CIFARPipe.exitCode(for: error) == .validationFailure ? .usage : .internalError)
  }
}
