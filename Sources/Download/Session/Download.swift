import FileSupport
import SystemPackage

/// Fetches one file from the first of several sources that delivers it, and publishes it once it is checked.
///
/// Unfinished bytes are kept beside the destination as `NAME.part`, and a later run with the same request
/// continues behind them. The final name appears in one step, after the length and the digest were found
/// right. Several processes may fetch the same file: one does the work, the others wait for it.
public struct Download: Sendable {
  private let request: DownloadRequest
  private let transport: any HTTPTransport
  private let clock: any DownloadClock

  /// A download of `request` that has not begun.
  public init(
    _ request: DownloadRequest, transport: any HTTPTransport, clock: any DownloadClock = SystemClock()
  ) {
    self.request = request
    self.transport = transport
    self.clock = clock
  }

  /// Fetches the file, or finds it in place; returns when it is there, checked and durable.
  ///
  /// What ends the waits inside: the sources, their time limits, the total time limit, or `isStopped`, which
  /// is asked at least ten times a second.
  ///
  /// - Parameters:
  ///   - isStopped: Whether the caller wants to end; called on this thread.
  ///   - report: Told of what happens; called on this thread, and should return soon.
  /// - Throws: ``DownloadError``. The destination is then as it was; `NAME.part` is kept if it can be
  ///   continued and removed if it is suspect.
  public func run(
    isStopped: () -> Bool = { false }, report: (DownloadEvent) -> Void = { _ in }
  ) throws(DownloadError) -> DownloadResult {
    let result = withoutActuallyEscaping(isStopped) { isStopped in
      withoutActuallyEscaping(report) { report in
        Result { () throws(DownloadError) in
          let session = DownloadSession(
            request, transport: transport, clock: clock, isStopped: isStopped, report: report)
          return try session.run()
        }
      }
    }
    return try result.get()
  }
}
