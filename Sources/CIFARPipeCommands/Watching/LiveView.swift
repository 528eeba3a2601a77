import Platform
import Threads

/// Frames drawn ten times a second below the last line of a terminal, each in the place of the one before.
///
/// Nothing but lines is written and the cursor stays visible below them, so a process that is killed leaves the
/// terminal as usable as any other. Messages take the frame away, and the next one comes below them.
struct LiveView: Sendable {
  /// The time between two frames.
  static let interval = Duration.milliseconds(100)

  /// Whether standard error is a terminal on which lines can be drawn again.
  static var isPossible: Bool { isatty(2) == 1 && !Environment.current.hasDumbTerminal }

  /// What is shown.
  let frame: @Sendable () -> LiveFrame

  /// Draws while `work` is done, and takes the last frame away at its end.
  func during<Result>(_ work: () throws -> Result) throws -> Result {
    TerminalTurn.shared.shareOutput(OutputStream.standard.isTerminal)
    defer {
      TerminalTurn.shared.write("")
      TerminalTurn.shared.shareOutput(false)
    }
    return try Ticking(name: "live", interval: Self.interval).during(draw, work)
  }

  private func draw() {
    let size = TerminalSize.current
    let lines = frame().lines(columns: size.columns, rows: size.rows)
    TerminalTurn.shared.write(lines.map { "\($0)\n" }.joined()) {
      Self.erasing(lines.map(\.count), columns: TerminalSize.current.columns)
    }
  }

  /// What takes lines of these lengths away from above the cursor.
  ///
  /// A terminal that has become narrower has folded them, and shows them in more rows.
  static func erasing(_ lengths: [Int], columns: Int) -> String {
    let rows = lengths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    return rows == 0 ? "" : "\r\u{1b}[\(rows)A\u{1b}[J"
  }
}

/// The window of standard error.
struct TerminalSize {
  let columns: Int
  let rows: Int

  /// The size now; that of a VT100 where the terminal does not know.
  static var current: TerminalSize {
    var size = winsize()
    guard cp_terminal_size(2, &size) == 0, size.ws_col > 1, size.ws_row > 1 else {
      return TerminalSize(columns: 80, rows: 24)
    }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}

/// Something that is done again and again, on a thread of its own, while work goes on.
struct Ticking {
  let name: String
  let interval: Duration
  /// How long the end waits for a tick that does not end, such as one that writes to a terminal that was stopped.
  private static let patience = Duration.milliseconds(200)

  /// A repetition that has not begun.
  init(name: String, interval: Duration) {
    self.name = name
    self.interval = interval
  }

  /// Does `work`, and `tick` after each interval meanwhile.
  ///
  /// - Throws: What `work` throws, or `ThreadError`.
  func during<Result>(_ tick: @escaping @Sendable () -> Void, _ work: () throws -> Result) throws -> Result {
    let hasEnded = Monitor(false)
    let ended = Condition()
    let thread = PipelineThread(name: name) { [interval] in
      var next = ContinuousClock.now + interval
      while hasEnded.wait(on: ended, deadline: next, until: { $0 ? true : nil }) == nil {
        tick()
        // Ticks that were missed are not made up for.
        next = max(next + interval, .now)
      }
    }
    try thread.start()
    defer {
      hasEnded.withLock(waking: ended) { $0 = true }
      thread.join(deadline: .now + Self.patience)
    }
    return try work()
  }
}
