import FileSupport
import Synchronization

/// The file in which a run leaves its token, once, at whatever orderly end it comes to.
///
/// The command writes it when it ends. Where its main thread does not come to that, since a reader takes
/// nothing, the thread that waits for signals does it instead.
final class TokenFile: Sendable {
  private let state: Mutex<State>

  /// What is still to be written, and where.
  private struct State {
    /// `nil` once the token was written.
    var destination: OutputDestination?
    /// The run before its next batch, once it is known.
    var token: ResumeToken?
  }

  /// A file that does not appear before ``write()``.
  ///
  /// - Throws: `FileError` when it cannot be created: that is known before any work is done.
  init(_ path: PathArgument) throws(FileError) {
    state = Mutex(State(destination: try OutputDestination(path, isReplacing: true)))
  }

  /// Notes where the run stands: all batches before that of `token` were delivered completely.
  func advance(to token: ResumeToken?) {
    state.withLock { $0.token = token }
  }

  /// Writes the token and gives the file its name; without a token, and the second time, it does nothing.
  ///
  /// - Throws: ``CommandError/outputFailed(name:_:)`` or `FileError`.
  func write() throws {
    try state.withLock { state in
      guard let destination = state.destination, let token = state.token else { return }
      state.destination = nil
      try destination.stream.write(token.text + "\n", uninterrupted: true)
      try destination.finish()
    }
  }
}
