import Download
import FileSupport

/// Tells people what a download does: lines for what happens once, a progress line for the bytes.
final class FetchReporter {
  private let console: Console
  private let progress: ProgressLine

  /// A reporter that has told nothing.
  init(_ messages: MessageOptions) {
    console = messages.console
    progress = ProgressLine(messages, "fetching")
  }

  func report(_ event: DownloadEvent) {
    switch event {
    case .receiving(let state): return progress.show { Self.progress(state) }
    case .asking(let url, 0): hint("asking \(escaped(url.utf8))")
    case .asking(let url, let offset): hint("asking \(escaped(url.utf8)) from byte \(offset) on")
    case .waiting(let pause, let url, let failure):
      let seconds = pause.components.seconds + (pause.components.attoseconds > 0 ? 1 : 0)
      hint("\(escaped(url.utf8)): \(failure); asking again in \(seconds) s")
    case .startingOver(let url, let failure):
      hint("\(escaped(url.utf8)): \(failure); starting again from zero")
    case .leaving(let url, let failure):
      // Should it be the last one, the error says the same.
      console.note("\(escaped(url.utf8)): \(failure); leaving it")
    case .waitingForLock(let path): hint("\(path.escaped): locked by another process; waiting for it")
    }
  }

  /// Takes the progress line away.
  func finish() {
    progress.end()
  }

  private func hint(_ text: String) {
    console.hint(text)
  }

  /// The bytes, the rate, the time left, and the source.
  static func progress(_ state: DownloadProgress) -> Progress {
    Progress(
      work: "fetching", done: state.byteCount, total: state.total, rate: Double(state.bytesPerSecond),
      note: escaped(state.url.utf8))
  }
}
