import FileSupport
import Threads

/// The file in which a run leaves its token, once, at whatever orderly end it comes to.
///
/// The command writes it when it ends. Where its main thread does not come to that, since a reader takes
/// nothing, the thread that waits for signals does it instead.
final class TokenFile: Sendable {
  private let state: Monitor<State>
  private let written = Condition()

  /// What is still to be written, and how.
  private struct State {
    /// Writes the text and gives the file its name; `nil` once it was begun.
    var write: ((String) throws -> Void)?
    var isWriting = false
    /// The run before its next batch, once it is known.
    var token: ResumeToken?
  }

  /// A file that does not appear before ``write()``.
  ///
  /// - Throws: `FileError` when it cannot be created: that is known before any work is done;
  ///   ``CommandError/interrupted(signal:)`` while it waits for the reader of a named pipe.
  convenience init(_ path: PathArgument) throws {
    let destination = try OutputDestination(path, isReplacing: true)
    self.init { text in
      try destination.stream.write(text, uninterrupted: true)
      try destination.finish()
    }
  }

  init(write: @escaping (String) throws -> Void) {
    state = Monitor(State(write: write))
  }

  /// Notes where the run stands: all batches before that of `token` were delivered completely.
  func advance(to token: ResumeToken?) {
    state.withLock { $0.token = token }
  }

  /// Does `work`, and writes the token where a signal or a reader that goes away ends it, also by force.
  ///
  /// - Parameter file: `nil` where nobody wants a token.
  static func at(endOf work: () throws -> Void, in file: TokenFile?) throws {
    do {
      try SignalTrap.shared.onForcedEnd {
        // The process ends by the signal in any case.
        try? file?.write()
      } during: {
        try work()
      }
    } catch let error as CommandError where error.isOrderlyEnd {
      try file?.write()
      throw error
    }
  }

  /// Writes the token and gives the file its name; without a token, and the second time, it does nothing.
  ///
  /// A second thread waits until the first has written. That ends its wait; on a disk that hangs, the end of the
  /// process does.
  /// - Throws: ``CommandError/outputFailed(name:_:)`` or `FileError`.
  func write() throws {
    let work = state.wait(on: written) { state -> (() throws -> Void)?? in
      guard !state.isWriting else { return nil }
      guard let write = state.write, let token = state.token else { return .some(nil) }
      (state.write, state.isWriting) = (nil, true)
      return { try write(token.text + "\n") }
    }
    guard let work else { return }
    defer { state.withLock(waking: written) { $0.isWriting = false } }
    try work()
  }
}
