import FileSupport
import Threads

/// Flushes written files to the disk and closes them on a thread of its own, while others are being written.
///
/// At most ``capacity`` files wait to be flushed; the writer then waits for the disk. When no thread can be
/// had, files are flushed at once.
final class FileFlusher {
  /// The most files that wait; few, since each is an open descriptor.
  static let capacity = 2

  /// What the owner and the thread reach.
  private struct Line: Sendable {
    struct State {
      var waiting: [WrittenFile] = []
      var isBusy = false
      var failure: FileError?
      var isStopped = false
    }

    let state = Monitor(State())
    let changed = Condition()
  }

  private let line = Line()
  private let thread: PipelineThread?

  /// Starts the thread.
  init() {
    thread = try? PipelineThread(starting: "flush") { [line] in Self.run(line) }
  }

  deinit {
    line.state.withLock(waking: line.changed) {
      $0.isStopped = true
      $0.waiting = []
    }
    // What is being flushed is waited for; nothing can take that back from the system.
    thread?.join()
  }

  /// Takes a file over; waits while too many are in line, which ends when the disk has taken one.
  ///
  /// - Throws: What was wrong with a file before it.
  func submit(_ file: WrittenFile) throws(FileError) {
    guard thread != nil else { return try file.flush() }
    let failure: FileError?? = line.state.wait(on: line.changed) { state in
      if let failure = state.failure { return .some(failure) }
      guard state.waiting.count < Self.capacity else { return nil }
      state.waiting.append(file)
      return .some(nil)
    }
    line.changed.broadcast()
    if case .some(let failure?) = failure { throw failure }
  }

  /// Waits until all files are on the disk and closed.
  ///
  /// - Throws: What was wrong with one of them.
  func finish() throws(FileError) {
    let failure: FileError?? = line.state.wait(on: line.changed) { state in
      if let failure = state.failure { return .some(failure) }
      return state.waiting.isEmpty && !state.isBusy ? .some(nil) : nil
    }
    if case .some(let failure?) = failure { throw failure }
  }

  /// The flushing thread; ends when stopped, or at the first failure.
  private static func run(_ line: Line) {
    while let file = next(line) {
      do throws(FileError) {
        try file.flush()
        line.state.withLock(waking: line.changed) { $0.isBusy = false }
      } catch {
        return line.state.withLock(waking: line.changed) { $0.failure = error }
      }
    }
  }

  private static func next(_ line: Line) -> WrittenFile? {
    // There is room for another file then.
    defer { line.changed.broadcast() }
    return line.state.wait(on: line.changed) { state -> WrittenFile?? in
      if state.isStopped { return .some(nil) }
      guard !state.waiting.isEmpty else { return nil }
      state.isBusy = true
      return state.waiting.removeFirst()
    }
  }
}
