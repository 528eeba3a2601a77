import Glibc

/// A line at the bottom of a terminal that tells how far the work is; silent where nobody would see it.
///
/// Used by one thread. Whoever prints a message clears it first.
final class ProgressLine {
  /// How long a line stays at least, and how long work must take to get one.
  private static let interval = Duration.milliseconds(100)

  private let isWanted: Bool
  private var isShown = false
  private var next = ContinuousClock.now + interval

  /// A line that is shown if standard error is a terminal that can overwrite, and messages are wanted.
  init(_ messages: MessageOptions) {
    isWanted = !messages.quiet && isatty(2) == 1 && !Environment.current.hasDumbTerminal
  }

  deinit {
    clear()
  }

  /// Shows a text in place of the former one; called as often as one likes, since most calls do nothing.
  func show(_ text: () -> String) {
    guard isWanted, ContinuousClock.now >= next else { return }
    next = .now + Self.interval
    isShown = true
    Console.raw("\r\(text().prefix(Self.width - 1))\u{1b}[K")
  }

  /// Takes the line away.
  func clear() {
    guard isShown else { return }
    isShown = false
    Console.raw("\r\u{1b}[K")
  }

  /// The columns of the terminal.
  private static var width: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }
}
