import Glibc

/// The keyboard while a lesson is told.
enum Keyboard {
  /// Does `work` while keys are not shown on the terminal, so that they do not get between its lines.
  ///
  /// What the terminal was like comes back at every end of `work`, and at once when a signal comes. Without a
  /// terminal, and in the background, nothing is changed.
  ///
  /// - Parameter givingKeys: Whether ``next()`` gets each key at once, and not only lines.
  static func silent<Result>(givingKeys: Bool, during work: () throws -> Result) throws -> Result {
    var modes = termios()
    // A terminal that is not the one of the session has no foreground, and so no background.
    let foreground = tcgetpgrp(0)
    guard foreground == -1 || foreground == getpgrp(), tcgetattr(0, &modes) == 0 else { return try work() }
    let earlier = modes
    modes.c_lflag &= ~tcflag_t(ECHO)
    if givingKeys { modes.c_lflag &= ~tcflag_t(ICANON) }
    return try SignalTrap.shared.onSignal {
      restore(earlier)
    } during: {
      tcsetattr(0, TCSANOW, &modes)
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
    var byte: UInt8 = 0
    repeat { try SignalTrap.checkpoint() } while read(0, &byte, 1) < 0 && errno == EINTR
  }

  private static func restore(_ modes: termios) {
    var modes = modes
    // What was typed unseen is no command for the shell.
    tcflush(0, TCIFLUSH)
    tcsetattr(0, TCSANOW, &modes)
  }
}
