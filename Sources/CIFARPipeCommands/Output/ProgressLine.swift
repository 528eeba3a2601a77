import Platform
import Threads

/// A line at the bottom of a terminal that tells how far the work is; silent where nobody would see it.
///
/// Any thread may show; one at a time draws, and the others do not wait for it. Messages take the line away before
/// they are written, and the next ``show(_:of:)`` brings it back.
final class ProgressLine: Sendable {
  /// How long a line stays at least, and how long work must take to get one.
  private static let interval = Duration.milliseconds(100)
  /// Takes away what is drawn.
  private static let erasure = "\r\u{1b}[K"

  private struct State {
    var next: ContinuousClock.Instant
    var meter: ProgressMeter
    var isDrawing = false
    var isShown = false
    var hasEnded = false
  }

  /// Whether anybody would see the line.
  let isWanted: Bool
  private let work: String
  private let unit: Progress.Unit
  private let start = ContinuousClock.now
  private let state: Monitor<State>
  private let drawn = Condition()

  /// A line that is shown if standard error is a terminal that can overwrite, and messages are wanted.
  ///
  /// - Parameters:
  ///   - work: What is being done, such as `extracting`.
  ///   - unit: What is counted.
  init(_ messages: MessageOptions, _ work: String, unit: Progress.Unit = .bytes) {
    isWanted = !messages.quiet && isatty(2) == 1 && !Environment.current.hasDumbTerminal
    self.work = work
    self.unit = unit
    state = Monitor(State(next: start + Self.interval, meter: ProgressMeter(start: .zero)))
  }

  deinit {
    end()
  }

  /// Tells those who read bytes how to show them; `nil` where nobody would see it, so that it costs nothing.
  var reading: (@Sendable (_ done: Int, _ total: Int?) -> Void)? {
    guard isWanted else { return nil }
    return { [self] done, total in show(done, of: total) }
  }

  /// Shows how much is done, in place of what was shown before; called as often as one likes, since most calls do
  /// nothing.
  func show(_ done: Int, of total: Int? = nil) {
    draw { meter, now in
      Progress(work: work, unit: unit, done: done, total: total, rate: meter.rate(done, at: now))
    }
  }

  /// Shows what somebody else has measured.
  func show(_ progress: () -> Progress) {
    draw { _, _ in progress() }
  }

  /// Takes the line away for good.
  ///
  /// What ends the wait: the end of what another thread draws.
  func end() {
    guard isWanted else { return }
    let wasShown = state.wait(on: drawn) { state -> Bool? in
      guard !state.isDrawing else { return nil }
      state.hasEnded = true
      defer { state.isShown = false }
      return state.isShown
    }
    if wasShown { TerminalTurn.shared.write("") }
  }

  private func draw(_ progress: (inout ProgressMeter, Duration) -> Progress) {
    guard isWanted else { return }
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      guard now >= state.next, !state.isDrawing, !state.hasEnded else { return false }
      state.next = now + Self.interval
      state.isDrawing = true
      state.isShown = true
      return true
    }
    guard isDue else { return }
    var meter = state.withLock(\.meter)
    let line = progress(&meter, start.duration(to: now)).text(columns: Self.width - 1)
    TerminalTurn.shared.write("\r\(line)\u{1b}[K", erasing: { Self.erasure })
    state.withLock(waking: drawn) { state in
      state.meter = meter
      state.isDrawing = false
    }
  }

  /// The columns of the terminal.
  private static var width: Int {
    var size = winsize()
    return cp_terminal_size(2, &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }
}
