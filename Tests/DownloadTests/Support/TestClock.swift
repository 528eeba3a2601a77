import Download
import Synchronization

/// The system's clock, except that pauses take no time: they are noted, and the time jumps.
final class TestClock: DownloadClock {
  private let state = Mutex((skipped: Duration.zero, pauses: [Duration]()))

  /// The pauses asked for so far, in order.
  var pauses: [Duration] { state.withLock { $0.pauses } }

  var now: Duration { SystemClock().now + state.withLock { $0.skipped } }

  func pause(_ duration: Duration, unless isStopped: () -> Bool) {
    guard !isStopped() else { return }
    advance(by: duration)
    state.withLock { $0.pauses.append(duration) }
  }

  /// Lets `duration` pass at once.
  func advance(by duration: Duration) {
    state.withLock { $0.skipped += duration }
  }
}
