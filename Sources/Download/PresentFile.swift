import FileSupport
import Glibc
import SystemPackage

/// Looks at what has the final name already.
struct PresentFile {
  /// The final name.
  let name: FilePath.Component
  /// The directory of the final name.
  let directory: DirectoryHandle
  /// What is wanted there.
  let request: DownloadRequest

  /// The result of the download if the right file is there.
  ///
  /// - Returns: `nil` if the file is to be fetched: there is none, or a wrong one that may be replaced.
  /// - Throws: ``DownloadError/wrongFile(_:_:)`` or ``DownloadError/uncheckableFile(_:)`` for a file that may
  ///   not be replaced, ``DownloadError/cannotCreate(_:)`` for what never is, such as a directory.
  func check() throws(DownloadError) -> DownloadResult? {
    let path = directory.path(of: name)
    do {
      guard let kind = try directory.kind(of: name) else { return nil }
      guard kind == .regular else {
        throw DownloadError.cannotCreate(.notReplaceable(path: path, kind: kind))
      }
      guard request.expected.isVerifiable else {
        guard request.replacesExisting else { throw DownloadError.uncheckableFile(path) }
        return nil
      }
      let file = try directory.openFile(name)
      // Only read from.
      defer { try? file.close() }
      let byteCount = Int(try file.byteCount(path: path))
      if let failure = sizeFailure(byteCount) { return try refused(path, failure) }
      let running: RunningDigests
      do {
        running = try RunningDigests(of: file, for: request.expected, by: request.digests)
      } catch {
        throw DownloadError.file(.system(path: path, operation: .read, reason: error))
      }
      running.advance(to: byteCount)
      let digests = try running.finish(path)
      if let failure = request.expected.failure(byteCount: byteCount, digests: digests) {
        return try refused(path, failure)
      }
      return DownloadResult(
        outcome: .alreadyPresent, byteCount: byteCount, digests: digests, isVerified: true, source: nil,
        requestCount: 0, receivedByteCount: 0)
    } catch let error as FileError {
      throw .cannotCreate(error)
    } catch let error as DownloadError {
      throw error
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// A wrong length, told without reading the file.
  private func sizeFailure(_ byteCount: Int) -> SourceFailure? {
    guard let expected = request.expected.byteCount, expected != byteCount else { return nil }
    return byteCount > expected
      ? .tooLong(expected: expected, found: byteCount) : .short(expected: expected, found: byteCount)
  }

  private func refused(_ path: FilePath, _ failure: SourceFailure) throws(DownloadError) -> DownloadResult? {
    guard request.replacesExisting else { throw .wrongFile(path, failure) }
    return nil
  }
}
