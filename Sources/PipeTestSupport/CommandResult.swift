/// How a program ended and what it wrote.
public struct CommandResult: Sendable {
  /// The end of a program.
  public enum Status: Equatable, Sendable {
    /// It returned this exit code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
    /// It did not end in time and was killed.
    case timedOut
  }

  /// How the program ended.
  public let status: Status
  /// What it wrote to standard output.
  public let output: [UInt8]
  /// What it wrote to standard error.
  public let error: [UInt8]
  /// From the start of the program, or the last signal sent to it, to its end.
  public let duration: Duration

  /// Standard output as text.
  public var outputText: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text.
  public var errorText: String { String(decoding: error, as: UTF8.self) }
}
