import FileSupport

/// The directory's lock for the time of a download, waited for with the download's own ends of waiting.
final class DownloadLock {
  private let lock: DirectoryLock

  /// Takes the lock; waits while another process holds it.
  ///
  /// What ends the wait: the other process, the limit for it, the total time limit, or `isStopped`.
  ///
  /// - Throws: ``DownloadError/busy(lock:holder:)``, ``DownloadError/stoppedWaiting(lock:)``, or
  ///   ``DownloadError/cannotCreate(_:)`` if the directory cannot be written to.
  init(
    _ directory: DirectoryHandle, limits: DownloadLimits, clock: any DownloadClock,
    isStopped: () -> Bool, report: (DownloadEvent) -> Void
  ) throws(DownloadError) {
    let path = directory.path(of: DirectoryLock.fileName)
    let deadline = clock.now + min(limits.lockWait, limits.totalTime)
    var hasReported = false
    do {
      while true {
        if let lock = try DirectoryLock.attempt(directory) {
          self.lock = lock
          return
        }
        if !hasReported { report(.waitingForLock(path)) }
        hasReported = true
        if isStopped() { throw DownloadError.stoppedWaiting(lock: path) }
        guard clock.now < deadline else {
          throw DownloadError.busy(lock: path, holder: DirectoryLock.holder(in: directory))
        }
        clock.pause(.milliseconds(50), unless: isStopped)
      }
    } catch let error as FileError {
      throw .cannotCreate(error)
    } catch let error as DownloadError {
      throw error
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// Gives the lock back.
  func release() { lock.release() }
}
