import FileSupport
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
    // Without a digest nobody can tell a good file from the one that is wanted: then leave to replace it decides.
    let isComparable = request.expected.isVerifiable || request.inspect != nil && !request.replacesExisting
    let file: CheckedFile?
    do throws(FileError) {
      guard let kind = try directory.kind(of: name) else { return nil }
      guard kind == .regular else { throw .notReplaceable(path: path, kind: kind) }
      file = isComparable ? try directory.openCheckedFile(name) : nil
    } catch {
      throw .cannotCreate(error)
    }
    guard let file else {
      guard request.replacesExisting else { throw .uncheckableFile(path) }
      return nil
    }
    // A wrong length is told without reading the file.
    if let failure = request.expected.failure(byteCount: file.byteCount) { return try refused(path, failure) }
    let running = try RunningDigests(of: file, for: request.expected, by: request.digests)
    running.advance(to: file.byteCount)
    let digests = try running.finish()
    let difference = request.expected.failure(byteCount: file.byteCount, digests: digests)
    if let failure = try request.finding(at: path, beside: difference) { return try refused(path, failure) }
    return DownloadResult(
      outcome: .alreadyPresent, byteCount: file.byteCount, digests: digests,
      isVerified: request.expected.isVerifiable, source: nil, requestCount: 0, receivedByteCount: 0)
  }

  private func refused(_ path: FilePath, _ failure: SourceFailure) throws(DownloadError) -> DownloadResult? {
    guard request.replacesExisting else { throw .wrongFile(path, failure) }
    return nil
  }
}
