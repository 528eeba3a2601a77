import FileSupport
import InputPipeline
import SystemPackage

/// What a command itself finds wrong, apart from the errors of the libraries.
enum CommandError: CommandFailure {
  /// The command line asks for something impossible.
  case usage(String)
  /// The command line is empty.
  case noCommand
  /// There are no data, neither named nor in the cache.
  case noData(looked: FilePath?)
  /// The process may not have the memory that every command takes, in bytes.
  case tooLittleMemory(MemoryAtHand, least: Int)
  /// Reading from or writing to a descriptor or file failed.
  case outputFailed(name: String, Errno)
  /// What another program sends is wrong.
  case wrongInput(String)
  /// The answer is no: a measured figure is not good enough.
  case gateNotMet(String)
  /// The reader of standard output, or of another pipe, went away.
  case readerGone
  /// A signal asked for the end.
  case interrupted(signal: Int32)
}

extension CommandError {
  var status: ExitStatus {
    switch self {
    case .usage, .noCommand: .usage
    case .gateNotMet: .answerIsNo
    case .noData: .noInput
    case .tooLittleMemory: .temporaryFailure
    case .outputFailed: .inputOutputError
    case .wrongInput: .dataError
    case .readerGone, .interrupted: .internalError
    }
  }

  /// Whether the run ended because somebody wanted it to, and may be continued.
  var isOrderlyEnd: Bool {
    switch self {
    case .interrupted, .readerGone: true
    case .usage, .noCommand, .noData, .tooLittleMemory, .outputFailed, .wrongInput, .gateNotMet: false
    }
  }
}

extension CommandError: CustomStringConvertible {
  /// One line, with what to do where there is something to do.
  var description: String {
    switch self {
    case .usage(let text), .wrongInput(let text), .gateNotMet(let text): text
    case .noCommand: "a command is missing"
    case .noData(let looked):
      "no data" + (looked.map { " in \($0.escaped)" } ?? "")
        + "; run 'cifar-pipe fetch', name a directory or archive with --data, or use --synthetic"
    case .tooLittleMemory(let atHand, let least):
      "memory: too little (expected at least \(least >> 20) MiB, found \(atHand)); see 'ulimit -v' and '-d'"
    case .outputFailed(let name, let errno): "\(name): \(errno.words)"
    case .readerGone: "output: closed by its reader"
    case .interrupted(let signal): "ended by signal \(signal)"
    }
  }
}
