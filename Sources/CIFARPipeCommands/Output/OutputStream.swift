import Platform
import SystemPackage

/// Where results go: standard output or a file that is being written.
///
/// Nothing is buffered here; callers hand over whole lines or whole batches.
struct OutputStream {
  /// What a pipe is asked to hold: as much as the system gives to anybody.
  static let pipeByteCount = 1 << 20

  /// What messages call it.
  let name: String
  private let descriptor: FileDescriptor

  /// The output behind `descriptor`, which stays the caller's to close.
  init(_ descriptor: FileDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  static let standard = OutputStream(.standardOutput, name: "standard output")

  /// Whether a person would see the bytes.
  var isTerminal: Bool { isatty(descriptor.rawValue) == 1 }

  /// Asks for a pipe that holds ``pipeByteCount``, so that writer and reader wake each other less often.
  ///
  /// Only advice: what is no pipe, a larger pipe and the limits of the system stay as they are.
  /// The corresponding command is `F_SETPIPE_SZ` of `fcntl`.
  func enlargePipe() {
    guard (0..<Self.pipeByteCount).contains(Int(cp_pipe_size(descriptor.rawValue))) else { return }
    _ = cp_pipe_set_size(descriptor.rawValue, Int32(Self.pipeByteCount))
  }

  /// Writes all of `text`.
  ///
  /// - Parameter uninterrupted: Whether a signal that has come is left aside, for what is written because of it.
  func write(_ text: String, uninterrupted: Bool = false) throws(CommandError) {
    let bytes = Array(text.utf8)
    var result: CommandError?
    bytes.withUnsafeBytes { piece in
      do throws(CommandError) { try write([piece], uninterrupted: uninterrupted) } catch { result = error }
    }
    if let result { throw result }
  }

  /// Writes all of `pieces`, one after the other, with as few system calls as possible.
  ///
  /// What ends a wait for a slow reader: its progress, its end, or a signal. A signal does not cut what has been
  /// written in part, so that the output ends with a whole line or batch, as long as the reader goes on.
  /// The pages are copied, never lent to the pipe as `vmsplice` does: nobody could tell when a reader that moves
  /// them on, as `splice` and `tee` do, is done with a batch whose memory is to be used again.
  /// The corresponding C function is `writev`.
  func write(_ pieces: [UnsafeRawBufferPointer], uninterrupted: Bool = false) throws(CommandError) {
    var result: CommandError?
    withUnsafeTemporaryAllocation(of: iovec.self, capacity: pieces.count) { vectors in
      for (index, piece) in pieces.enumerated() {
        vectors.initializeElement(
          at: index,
          to: iovec(iov_base: UnsafeMutableRawPointer(mutating: piece.baseAddress), iov_len: piece.count))
      }
      do throws(CommandError) {
        if descriptor == .standardOutput {
          try TerminalTurn.shared.withOutput { () throws(CommandError) in
            try write(vectors[...], uninterrupted: uninterrupted)
          }
        } else {
          try write(vectors[...], uninterrupted: uninterrupted)
        }
      } catch {
        result = error
      }
    }
    if let result { throw result }
  }

  private func write(
    _ vectors: Slice<UnsafeMutableBufferPointer<iovec>>, uninterrupted: Bool
  ) throws(CommandError) {
    var rest = vectors
    var hasBegun = uninterrupted
    while !rest.isEmpty {
      if !hasBegun, let signal = SignalTrap.shared.signal { throw .interrupted(signal: signal) }
      let count = writev(
        descriptor.rawValue, UnsafeMutableBufferPointer(rebasing: rest).baseAddress, Int32(rest.count))
      guard count >= 0 else {
        switch errno {
        case EINTR: continue
        case EAGAIN: waitForRoom()
        case EPIPE: throw .readerGone
        case let reason: throw .outputFailed(name: name, Errno(rawValue: reason))
        }
        continue
      }
      hasBegun = hasBegun || count > 0
      Self.drop(count, from: &rest)
    }
  }

  /// Waits until a descriptor that another program has made non-blocking takes bytes again, or a signal comes.
  ///
  /// The flag belongs to everyone who shares the output, so it is left as it is. What is wrong with the output
  /// the next write tells. The corresponding C function is `poll`.
  private func waitForRoom() {
    var polled = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
    poll(&polled, 1, -1)
  }

  /// Takes `count` written bytes, and pieces without bytes, off the front.
  private static func drop(_ count: Int, from rest: inout Slice<UnsafeMutableBufferPointer<iovec>>) {
    var count = count
    while let first = rest.first, first.iov_len <= count {
      count -= first.iov_len
      rest.removeFirst()
    }
    guard count > 0 else { return }
    rest[rest.startIndex].iov_base += count
    rest[rest.startIndex].iov_len -= count
  }
}
