import ArgumentParser
import Download
import Platform

/// How an error ends the program: the one line that is printed, and the exit code.
struct Ending {
  private let error: any Error
  private let words: [String]
  /// What the parser makes of the error: its own and those of validation have a code, and help is a success.
  private let parserCode: ExitCode

  /// The ending for an error of a command line.
  init(of error: any Error, words: [String]) {
    self.error = error
    self.words = words
    parserCode = CIFARPipe.exitCode(for: error)
  }

  /// Prints the message, if there is one, and ends the process.
  func end() -> Never {
    switch error {
    case CommandError.interrupted(let signal): SignalTrap.end(by: signal)
    case CommandError.readerGone: SignalTrap.end(by: SIGPIPE)
    case CommandError.noCommand:
      // No line about what is wrong, but what there is.
      Console.raw(HelpPage(CIFARPipe.self).short + "\n")
      exit(status.rawValue)
    case let error as DownloadError where error.cause == .stopped:
      Console().error(message)
      SignalTrap.end(by: SignalTrap.shared.signal ?? SIGINT)
    default: break
    }
    if parserCode == .success {
      // Help and version: what was asked for, so it goes to standard output.
      do {
        try OutputStream.standard.write(result + "\n")
      } catch {
        Ending(of: error, words: words).end()
      }
      exit(ExitStatus.success.rawValue)
    }
    Console().error(message)
    exit(status.rawValue)
  }

  /// What was asked for, where that is no work: the help, the version, or a script for a shell.
  private var result: String {
    let text = CIFARPipe.fullMessage(for: error, columns: HelpPage.width)
    let path = CommandPath(words)
    guard text == HelpPage.plainText(path.command) else { return text }
    let page = HelpPage(path.command)
    return path.isHelp || words.contains("--help") ? page.whole : page.short
  }

  private var message: String {
    ErrorLine(error, words: words, isFromParser: parserCode == .validationFailure).text
  }

  /// The exit code.
  var status: ExitStatus {
    ExitStatus(of: error) ?? (parserCode == .validationFailure ? .usage : .internalError)
  }
}
