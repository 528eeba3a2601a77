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
  /// The corresponding C function is `writev`.
  func write(_ pieces: [UnsafeRawBufferPointer], uninterrupted: Bool = false) throws(CommandError) {
    var rest = pieces.map {
      iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }[...]
    var hasBegun = uninterrupted
    while !rest.isEmpty {
      if !hasBegun, let signal = SignalTrap.shared.signal { throw .interrupted(signal: signal) }
      let count = rest.withUnsafeBufferPointer {
        writev(descriptor.rawValue, $0.baseAddress, Int32($0.count))
      }
      guard count >= 0 else {
        let reason = errno
        if reason == EINTR { continue }
        if reason == EPIPE && descriptor == .standardOutput { throw .readerGone }
        throw .outputFailed(name: name, Errno(rawValue: reason))
      }
      hasBegun = hasBegun || count > 0
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
