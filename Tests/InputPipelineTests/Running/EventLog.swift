import Threads

/// What happened in a test, in order, from any thread.
final class EventLog: Sendable {
  private let lines = Monitor<[String]>([])

  /// Everything added so far.
  var all: [String] { lines.withLock { $0 } }

  /// Adds a line.
  func add(_ line: String) {
    lines.withLock { $0.append(line) }
  }

  /// How often `line` was added.
  func count(of line: String) -> Int {
    all.count { $0 == line }
  }
}

/// An error that tests throw and recognise.
struct TestError: Error, Equatable {
  let number: Int

  init(_ number: Int) {
    self.number = number
  }
}
