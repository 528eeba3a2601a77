import Glibc
import SystemPackage

/// Where results go: standard output or a file that is being written.
///
/// Nothing is buffered here; callers hand over whole lines or whole batches.
struct OutputStream {
  /// What messages call it.
  let name: String
  private let descriptor: FileDescriptor

  /// The output behind `descriptor`, which stays the caller's to close.
  init(_ descriptor: FileDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Standard output.
  static let standard = OutputStream(.standardOutput, name: "standard output")

  /// Whether a person would see the bytes.
  var isTerminal: Bool { isatty(descriptor.rawValue) == 1 }

  /// The descriptor itself, for questions about it.
  var rawDescriptor: Int32 { descriptor.rawValue }

  /// Writes all of `text`.
  func write(_ text: String) throws(CommandError) {
    var text = text
    do {
      try text.withUTF8 { try write([UnsafeRawBufferPointer($0)]) }
    } catch let error as CommandError {
      throw error
    } catch {
      preconditionFailure("writing throws command errors alone: \(error)")
    }
  }

  /// Writes all of `pieces`, one after the other, with as few system calls as possible.
  ///
  /// What ends a wait for a slow reader: its progress, its end, or a signal.
  /// The corresponding C function is `writev`.
  func write(_ pieces: [UnsafeRawBufferPointer]) throws(CommandError) {
    var rest = pieces.map {
      iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBufferPointer { writev(descriptor.rawValue, $0.baseAddress, Int32($0.count)) }
      guard count >= 0 else {
        let reason = errno
        if let signal = SignalTrap.shared.signal { throw .interrupted(signal: signal) }
        if reason == EINTR { continue }
        if reason == EPIPE && descriptor == .standardOutput { throw .readerGone }
        throw .outputFailed(name: name, Errno(rawValue: reason))
      }
      Self.drop(count, from: &rest)
    }
  }

  /// Takes `count` written bytes, and pieces without bytes, off the front.
  private static func drop(_ count: Int, from rest: inout ArraySlice<iovec>) {
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
