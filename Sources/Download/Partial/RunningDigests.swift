import FileSupport
import SystemPackage

/// The digests of a growing file that are worth computing, each on a thread of its own.
///
/// The SHA-256 always is. The MD5 takes more than twice the time, and is computed only where no SHA-256 is
/// known that would tell more.
final class RunningDigests {
  private let sha256: DigestThread
  private let md5: DigestThread?

  /// Starts the threads; the file must stay open until the end of this object.
  init(
    of file: FileDescriptor, for expected: ExpectedContent, by functions: DigestFunctions
  ) throws(Errno) {
    sha256 = try DigestThread(file, functions.sha256)
    md5 = expected.sha256 == nil ? try DigestThread(file, functions.md5) : nil
  }

  /// Tells that the first `length` bytes of the file are there.
  func advance(to length: Int) {
    sha256.advance(to: length)
    md5?.advance(to: length)
  }

  /// Waits for the threads and returns the digests.
  ///
  /// To be called once; `path` is for messages.
  func finish(_ path: FilePath) throws(DownloadError) -> ContentDigests {
    do {
      return ContentDigests(sha256: try sha256.finish(), md5: try md5?.finish())
    } catch {
      throw .file(.system(path: path, operation: .read, reason: error))
    }
  }
}
