import SystemPackage

/// Asks the disk again and again to begin with a file that grows, so that little is left for the final flush.
///
/// Used by the one thread that writes the file.
public struct EarlyWriteback: Sendable {
  /// After how many bytes the disk is asked.
  public static let interval = 1 << 20

  private var unannounced = 0

  /// For a file of which nothing has been written.
  public init() {}

  /// Notes that `byteCount` more bytes have been written to `file`; never waits for them.
  public mutating func note(_ byteCount: Int, writtenTo file: FileDescriptor) {
    unannounced += byteCount
    guard unannounced >= Self.interval else { return }
    file.beginWriteback()
    unannounced = 0
  }
}
