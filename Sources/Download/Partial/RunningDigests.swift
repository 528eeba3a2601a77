import FileSupport
import Platform
import SystemPackage
import Threads

/// The digests of a growing file that are worth computing, each on a thread of its own.
///
/// The SHA-256 always is. The MD5 takes more than twice the time, and is computed only where no SHA-256 is
/// known that would tell more.
final class RunningDigests {
  private let path: FilePath
  private let sha256: DigestThread
  private let md5: DigestThread?

  /// Starts the threads.
  ///
  /// - Throws: ``DownloadError/noThread(_:)``.
  init(
    of file: CheckedFile, for expected: ExpectedContent, by functions: DigestFunctions
  ) throws(DownloadError) {
    path = file.path
    do {
      sha256 = try DigestThread(file, functions.sha256)
      md5 = expected.sha256 == nil ? try DigestThread(file, functions.md5) : nil
    } catch {
      throw .noThread(error)
    }
  }

  /// Tells that the first `length` bytes of the file are there.
  func advance(to length: Int) {
    sha256.advance(to: length)
    md5?.advance(to: length)
  }

  /// Waits for the threads and returns the digests; to be called once.
  func finish() throws(DownloadError) -> ContentDigests {
    guard let digests = try finish(unless: { false }) else {
      preconditionFailure("nobody has stopped the wait")
    }
    return digests
  }

  /// Waits for the threads and returns the digests, or `nil` once `isStopped` is true; to be called once.
  func finish(unless isStopped: () -> Bool) throws(DownloadError) -> ContentDigests? {
    do {
      guard let sum = try sha256.finish(unless: isStopped) else { return nil }
      guard let md5 else { return ContentDigests(sha256: sum, md5: nil) }
      return try md5.finish(unless: isStopped).map { ContentDigests(sha256: sum, md5: $0) }
    } catch {
      throw .file(.system(path: path, operation: .read, reason: error))
    }
  }

  /// The SHA-256 alone; see ``finish(unless:)``.
  func finishSHA256(unless isStopped: () -> Bool) throws(DownloadError) -> String? {
    do {
      return try sha256.finish(unless: isStopped)
    } catch {
      throw .file(.system(path: path, operation: .read, reason: error))
    }
  }
}

/// Computes a digest of a file that is still growing, on a thread of its own.
///
/// It reads the bytes back from the file instead of taking them from the network: so the digest is of what is
/// stored, a prefix from an earlier run included, and neither side copies or waits for the other. The owner
/// tells how much of the file is there, and the thread keeps it open.
final class DigestThread {
  /// What the owner and the thread reach.
  private struct Progress: Sendable {
    struct State {
      /// How much of the file is there, as far as the thread was told.
      var length = 0
      var isEnding = false
      var isCancelled = false
      var outcome: Result<String, Errno>?
    }

    let state = Monitor(State())
    let changed = Condition()

    func update(_ change: (inout State) -> Void) {
      state.withLock(waking: changed, change)
    }
  }

  private let progress = Progress()
  private let thread: PipelineThread
  private var length = 0
  /// The length at which the thread was last told.
  private var toldLength = 0

  /// New bytes that are worth waking the thread for.
  private static let stride = 1 << 20
  /// How long a wait for the digest lasts before its owner may stop it.
  private static let patience = Duration.milliseconds(50)
  /// Bytes read at a time.
  private static let blockLength = 256 << 10

  /// Starts the thread, with nothing to read yet.
  ///
  /// - Throws: `ThreadError` when there is no thread to be had.
  init(_ file: CheckedFile, _ begin: @escaping @Sendable () -> any ByteDigest) throws(ThreadError) {
    thread = PipelineThread(name: "digest") { [progress] in
      let outcome = Self.digest(of: file, begin(), progress)
      progress.update { $0.outcome = outcome }
    }
    try thread.start()
  }

  /// Waits for the thread to end its current block, at most.
  deinit {
    progress.update { $0.isCancelled = true }
    thread.join()
  }

  /// Tells that the first `length` bytes of the file are there.
  func advance(to length: Int) {
    self.length = length
    // The thread is not woken for every packet: it catches up in fewer and longer runs.
    guard length - toldLength >= Self.stride else { return }
    toldLength = length
    progress.update { $0.length = length }
  }

  /// The digest of all bytes told of, in lower-case hexadecimal; to be called once.
  ///
  /// Waits until the thread has read them, or `isStopped` is true, which is asked twenty times a second.
  ///
  /// - Returns: `nil` if the wait was stopped.
  /// - Throws: The error of reading the file back.
  func finish(unless isStopped: () -> Bool = { false }) throws(Errno) -> String? {
    progress.update {
      $0.length = length
      $0.isEnding = true
    }
    while true {
      let deadline = ContinuousClock.now + Self.patience
      let outcome = progress.state.wait(on: progress.changed, deadline: deadline) { $0.outcome }
      if let outcome { return try outcome.get() }
      if isStopped() { return nil }
    }
  }

  /// What the thread does.
  private static func digest(
    of file: CheckedFile, _ digest: consuming any ByteDigest, _ progress: Progress
  ) -> Result<String, Errno> {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockLength, alignment: 64)
    defer { block.deallocate() }
    var offset = 0
    while true {
      let told = progress.state.wait(on: progress.changed) {
        $0.length > offset || $0.isEnding || $0.isCancelled ? $0 : nil
      }
      if told.isCancelled { return .failure(.canceled) }
      if offset == told.length { return .success(digest.hexadecimal()) }
      let part = UnsafeMutableRawBufferPointer(rebasing: block[..<min(block.count, told.length - offset)])
      do {
        let count = try file.descriptor.read(fromAbsoluteOffset: Int64(offset), into: part)
        // Someone cut the file off under us.
        guard count > 0 else { return .failure(.ioError) }
        digest.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
        offset += count
      } catch {
        return .failure(error as? Errno ?? .ioError)
      }
    }
  }
}
