import Platform
import SystemPackage

/// A program that was started by ``Command/start()``; used by one thread.
///
/// Its output is read only while a method of this class runs: a program that writes more than a pipe holds
/// waits in between. A program that was not finished is killed with the last reference.
public final class CommandRun {
  /// The number of the process.
  public let process: pid_t
  /// What has been read of standard output.
  public private(set) var output: [UInt8] = []
  private var error: [UInt8] = []
  /// What the terminal has got; without one an empty screen.
  public private(set) var screen: TerminalScreen
  /// All that the terminal has got.
  public var terminalText: String { String(decoding: terminalOutput, as: UTF8.self) }
  private var terminalOutput: [UInt8] = []
  private let terminal: PseudoTerminal?
  private var inputPipe: Int32?
  private var outputPipe: Int32?
  private var errorPipe: Int32?
  private var status: CommandResult.Status?
  private var since = ContinuousClock.now

  init(process: pid_t, input: Int32?, output: Int32?, error: Int32?, terminal: PseudoTerminal?) {
    self.process = process
    self.terminal = terminal
    let size = terminal?.size ?? (columns: 80, rows: 24)
    screen = TerminalScreen(columns: size.columns, rows: size.rows)
    inputPipe = input
    outputPipe = output
    errorPipe = error
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    for pipe in [inputPipe, outputPipe, errorPipe] { if let pipe { close(pipe) } }
  }

  /// Writes to standard input; what a program that has ended does not take is lost.
  public func write(_ bytes: [UInt8]) {
    guard let inputPipe else { return }
    signal(SIGPIPE, SIG_IGN)
    _ = Platform.write(inputPipe, bytes, bytes.count)
  }

  /// Ends standard input.
  public func closeInput() {
    if let pipe = inputPipe { close(pipe) }
    inputPipe = nil
    since = .now
  }

  /// Reads until standard output has brought `count` bytes in all, it ends, or the time is over.
  public func readOutput(_ count: Int, limit: Duration = .seconds(60)) {
    let deadline = ContinuousClock.now + limit
    while output.count < count && outputPipe != nil && .now < deadline { pump() }
  }

  /// Reads standard error until it has brought `text`, or the time is over; standard output too, unless told not to.
  ///
  /// - Returns: Whether it came.
  public func readError(
    until text: String, limit: Duration = .seconds(60), readsOutput: Bool = true
  ) -> Bool {
    readError(limit: limit, readsOutput: readsOutput) { $0.contains(text) }
  }

  /// As ``readError(until:limit:readsOutput:)``, until all of standard error is as wanted.
  public func readError(
    limit: Duration = .seconds(60), readsOutput: Bool = true, until isWanted: (String) -> Bool
  ) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isWanted(String(decoding: error, as: UTF8.self)) {
      guard errorPipe != nil && .now < deadline else { return false }
      pump(readsOutput: readsOutput)
    }
    return true
  }

  /// Reads all streams until the terminal's screen is as wanted, the program has ended, or the time is over.
  ///
  /// - Returns: Whether it was as wanted.
  public func waitForScreen(
    limit: Duration = .seconds(60), until isWanted: (TerminalScreen) -> Bool
  ) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isWanted(screen) {
      guard .now < deadline else { return false }
      // What was written before the end may come after it was seen.
      let wasRunning = isRunning
      if !pump() && !wasRunning { return isWanted(screen) }
    }
    return true
  }

  /// Gives the terminal another size and tells the program, as a window does.
  public func resize(columns: Int, rows: Int) {
    terminal!.resize(columns: columns, rows: rows)
    screen.resize(columns: columns, rows: rows)
    kill(process, SIGWINCH)
  }

  /// Whether the end of the program was not seen yet.
  public var isRunning: Bool { status == nil }

  /// Closes this end of standard output, as a reader does that has seen enough.
  public func closeOutput() {
    if let pipe = outputPipe { close(pipe) }
    outputPipe = nil
    since = .now
  }

  /// Sends a signal to the program, unless its end was seen already.
  public func send(_ signal: Int32) {
    guard status == nil else { return }
    since = .now
    kill(process, signal)
  }

  /// Sends a signal and waits until the program has taken it, without reading its output meanwhile.
  ///
  /// A program that writes more than a pipe holds then waits for this reader.
  public func sendAndWait(_ signal: Int32) {
    send(signal)
    // Signals of the whole process that it has not taken yet, as the kernel tells them.
    let status = FilePath("/proc/\(process)/status")
    _ = becomesTrue(within: .seconds(10)) {
      let pending = FileBytes.text(status)?.firstMatch(of: /ShdPnd:\s+([0-9a-f]+)/)?.1
      return pending.flatMap { UInt64($0, radix: 16) }.map { $0 >> UInt64(signal - 1) & 1 == 0 } ?? true
    }
    // From taking a signal to acting on it there is a moment that nobody can see.
    usleep(20_000)
    since = .now
  }

  /// Waits until the program has ended, and reads its streams meanwhile.
  ///
  /// - Parameters:
  ///   - limit: When it runs longer it is killed.
  ///   - readsOutput: Without it standard output stays unread, and a program that writes more has to wait.
  public func finish(limit: Duration = .seconds(60), readsOutput: Bool = true) -> CommandResult {
    let deadline = ContinuousClock.now + limit
    while status == nil {
      pump(readsOutput: readsOutput)
      if status == nil && .now > deadline {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        status = .timedOut
      }
    }
    let duration = since.duration(to: .now)
    // What is left in the pipes; a child of the program that holds one open is not waited for.
    while pump(patience: 0) {}
    return CommandResult(status: status!, output: output, error: error, duration: duration)
  }

  /// Waits for one of the streams for a moment, reads what has come, and looks whether the program has ended.
  ///
  /// - Returns: Whether a stream brought something.
  @discardableResult
  private func pump(patience milliseconds: Int32 = 5, readsOutput: Bool = true) -> Bool {
    var polled = [readsOutput ? outputPipe : nil, errorPipe, terminal?.descriptor].map {
      pollfd(fd: $0 ?? -1, events: Int16(POLLIN), revents: 0)
    }
    let count = poll(&polled, 3, milliseconds)
    if count > 0 {
      if polled[0].revents != 0 { Self.read(&outputPipe, into: &output) }
      if polled[1].revents != 0 { Self.read(&errorPipe, into: &error) }
      if polled[2].revents != 0 { readTerminal() }
    }
    guard status == nil else { return count > 0 }
    var code: Int32 = 0
    if waitpid(process, &code, WNOHANG) == process {
      status = code & 0x7f == 0 ? .exited(code >> 8 & 0xff) : .signalled(code & 0x7f)
    }
    return count > 0
  }

  private func readTerminal() {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      let count = Platform.read(terminal!.descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      terminalOutput.append(contentsOf: bytes)
      screen.receive(bytes)
    }
  }

  private static func read(_ pipe: inout Int32?, into bytes: inout [UInt8]) {
    guard let descriptor = pipe else { return }
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      let count = Platform.read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      } else if count == 0 || errno != EINTR {
        close(descriptor)
        pipe = nil
      }
    }
  }
}
