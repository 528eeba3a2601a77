import Platform

/// The keyboard while a lesson is told.
enum Keyboard {
  /// Does `work` while keys are not shown on the terminal, so that they do not get between its lines.
  ///
  /// What the terminal was like comes back at every end of `work`, and at once when a signal comes. Without a
  /// terminal, and in the background, nothing is changed.
  ///
  /// - Parameter givingKeys: Whether ``next()`` gets each key at once, and not only lines.
  static func silent<Result>(givingKeys: Bool, during work: () throws -> Result) throws -> Result {
    var earlier = termios()
    // A terminal that is not the one of the session has no foreground, and so no background.
    let foreground = tcgetpgrp(0)
    guard foreground == -1 || foreground == getpgrp(), tcgetattr(0, &earlier) == 0 else { return try work() }
    return try SignalTrap.shared.onSignal { [earlier] in
      restore(earlier)
    } during: {
      silence(givingKeys: givingKeys)
      defer { restore(earlier) }
      return try work()
    }
  }

  /// Waits for a key.
  ///
  /// What ends the wait: a key, the end of input, or a signal.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``.
  static func next() throws(CommandError) {
    var key = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    repeat {
      try SignalTrap.checkpoint()
      // Again and again: a shell that stops the program and goes on with it leaves its own modes.
      silence(givingKeys: true)
    } while poll(&key, 1, 200) <= 0
    var byte: UInt8 = 0
    _ = read(0, &byte, 1)
  }

  /// Lets the terminal show no keys, unless it does so already.
  private static func silence(givingKeys: Bool) {
    var modes = termios()
    guard tcgetattr(0, &modes) == 0 else { return }
    let shown = givingKeys ? tcflag_t(ECHO | ICANON) : tcflag_t(ECHO)
    guard modes.c_lflag & shown != 0 else { return }
    modes.c_lflag &= ~shown
    tcsetattr(0, TCSANOW, &modes)
  }

  private static func restore(_ modes: termios) {
    var modes = modes
    // What was typed unseen is no command for the shell.
    tcflush(0, TCIFLUSH)
    tcsetattr(0, TCSANOW, &modes)
  }
}
