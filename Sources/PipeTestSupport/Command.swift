import Platform
import SystemPackage
import Threads

/// A program to be started: its words, its environment and where its streams go.
///
/// Nothing is inherited from the test but the working directory, where none is named: the environment is the
/// one given here, all signals have their default action and none is blocked, and standard input is empty
/// unless ``feedsInput`` is set.
public struct Command: Sendable {
  /// What becomes of standard output or standard error.
  public enum Stream: Sendable {
    /// The bytes come back with the result.
    case captured
    /// The same, with the program's end of the pipe set not to block, as other programs that share an output
    /// leave it.
    case capturedWithoutBlocking
    /// The descriptor is not open when the program starts.
    case closed
    /// An existing file or device is opened for writing.
    case file(FilePath)
    /// ``Command/terminal``, whose screen ``CommandRun`` shows.
    case terminal
  }

  /// The program's file; never looked up in `PATH`.
  public var executable: FilePath
  /// The words after the program's name.
  public var arguments: [String]
  /// The whole environment, as `NAME=value`.
  public var environment: [String]
  /// The working directory; the test's own without one.
  public var directory: FilePath?
  /// Where standard output goes.
  public var standardOutput = Stream.captured
  /// Where standard error goes.
  public var standardError = Stream.captured

  /// The terminal of the streams that are ``Stream/terminal``.
  public var terminal: PseudoTerminal?
  /// Whether standard input is ``terminal``, on which ``PseudoTerminal/type(_:)`` types.
  public var readsTerminal = false

  /// Whether standard input is a pipe that ``CommandRun/write(_:)`` writes into.
  public var feedsInput = false
  /// A descriptor of the test's that the program has as number 3.
  public var third: Int32?

  /// A command that is not started yet.
  public init(
    _ executable: FilePath, _ arguments: [String] = [], environment: [String] = [], directory: FilePath? = nil
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
  }

  /// Starts the program; traps if the system refuses, which no test expects.
  public func start() -> CommandRun {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if readsTerminal {
      posix_spawn_file_actions_addopen(&actions, 0, terminal!.path.string, O_RDONLY | O_NOCTTY, 0)
    } else if !feedsInput {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let third { posix_spawn_file_actions_adddup2(&actions, third, 3) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // A descriptor that another start copies before it is marked would keep a pipe open beyond its program.
    return Self.starting.withLock { _ in
      let input = feedsInput ? Self.newPipe() : nil
      if let input { posix_spawn_file_actions_adddup2(&actions, input.reading, 0) }
      let output = connect(standardOutput, to: 1, &actions)
      let error = connect(standardError, to: 2, &actions)
      let program = words
      var words = program.map { strdup($0) } + [nil]
      var variables = environment.map { strdup($0) } + [nil]
      defer { for word in words + variables { free(word) } }
      var process: pid_t = 0
      let refusal = posix_spawn(&process, program[0], &actions, &attributes, &words, &variables)
      precondition(refusal == 0, "\(executable): cannot be started: \(Errno(rawValue: refusal))")
      for end in [input?.reading, output?.writing, error?.writing] { if let end { close(end) } }
      return CommandRun(
        process: process, input: input?.writing, output: output?.reading, error: error?.reading,
        terminal: terminal)
    }
  }

  /// Runs the program to its end.
  ///
  /// - Parameter limit: When it runs longer it is killed, and the result says
  ///   ``CommandResult/Status/timedOut``.
  public func run(limit: Duration = .seconds(60)) -> CommandResult {
    start().finish(limit: limit)
  }

  private static let starting = Monitor(())

  /// The words of the program, or of a shell that changes the directory and becomes the program.
  private var words: [String] {
    let words = [executable.string] + arguments
    guard let directory else { return words }
    return ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory.string] + words
  }

  /// Makes `descriptor` of the program what `stream` says; the pipe of a captured one.
  private func connect(
    _ stream: Stream, to descriptor: Int32, _ actions: inout posix_spawn_file_actions_t
  ) -> (reading: Int32, writing: Int32)? {
    switch stream {
    case .captured, .capturedWithoutBlocking:
      let ends = Self.newPipe()
      if case .capturedWithoutBlocking = stream { _ = fcntl(ends.writing, F_SETFL, O_NONBLOCK) }
      posix_spawn_file_actions_adddup2(&actions, ends.writing, descriptor)
      return ends
    case .closed: posix_spawn_file_actions_addclose(&actions, descriptor)
    case .file(let path): posix_spawn_file_actions_addopen(&actions, descriptor, path.string, O_WRONLY, 0)
    case .terminal:
      posix_spawn_file_actions_addopen(&actions, descriptor, terminal!.path.string, O_WRONLY | O_NOCTTY, 0)
    }
    return nil
  }

  /// A pipe that a program does not inherit by itself.
  private static func newPipe() -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0, "no pipe: \(errno)")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
