import Digests
import Glibc
import Synchronization
import SystemPackage

/// Computes a digest of a file that is still growing, on a thread of its own.
///
/// It reads the bytes back from the file instead of taking them from the network: so the digest is of what is
/// stored, a prefix from an earlier run included, and neither side copies or waits for the other. The owner
/// tells how much of the file is there; the file must stay open until ``finish()`` or the end of the object.
final class DigestThread: Sendable {
  private let shared: Shared
  private let thread: pthread_t
  private let isJoined = Atomic(false)
  /// The length at which the thread was last woken.
  private let toldLength = Atomic(0)

  /// New bytes that are worth waking the thread for.
  private static let stride = 1 << 20

  /// Starts the thread, with nothing to read yet.
  ///
  /// - Throws: The error of `pthread_create`.
  init(_ file: FileDescriptor, _ algorithm: Digest.Algorithm) throws(Errno) {
    let shared = Shared(file, algorithm)
    let context = Unmanaged.passRetained(shared)
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Shared>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      context.release()
      throw Errno(rawValue: result)
    }
    self.shared = shared
    self.thread = thread
  }

  /// Waits for the thread to end its current block, at most.
  deinit {
    guard !isJoined.load(ordering: .relaxed) else { return }
    shared.isCancelled.store(true, ordering: .releasing)
    shared.wake.signal()
    pthread_join(thread, nil)
  }

  /// Tells that the first `length` bytes of the file are there; called by one thread.
  func advance(to length: Int) {
    shared.length.store(length, ordering: .releasing)
    // The thread is not woken for every packet: it catches up in fewer and longer runs.
    guard length - toldLength.load(ordering: .relaxed) >= Self.stride else { return }
    toldLength.store(length, ordering: .relaxed)
    shared.wake.signal()
  }

  /// The digest of all bytes told of, in lower-case hexadecimal; to be called once.
  ///
  /// Waits until the thread has read them; nothing else is waited for.
  ///
  /// - Throws: The error of reading the file back.
  func finish() throws(Errno) -> String {
    shared.isEnding.store(true, ordering: .releasing)
    shared.wake.signal()
    pthread_join(thread, nil)
    isJoined.store(true, ordering: .relaxed)
    return try shared.outcome.withLock { $0 }.get()
  }

  /// What the thread and its owner both reach.
  private final class Shared: Sendable {
    /// Bytes read at a time.
    static let blockLength = 256 << 10

    let wake = Semaphore()
    let length = Atomic(0)
    let isEnding = Atomic(false)
    let isCancelled = Atomic(false)
    let outcome = Mutex<Result<String, Errno>>(.failure(.canceled))
    private let file: FileDescriptor
    private let algorithm: Digest.Algorithm

    init(_ file: FileDescriptor, _ algorithm: Digest.Algorithm) {
      self.file = file
      self.algorithm = algorithm
    }

    func run() {
      let result = digest()
      outcome.withLock { $0 = result }
    }

    private func digest() -> Result<String, Errno> {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockLength, alignment: 64)
      defer { block.deallocate() }
      var digest = Digest(algorithm)
      var offset = 0
      while true {
        wake.wait()
        // The end is looked at before the length: what was told before the end is never missed.
        let isLast = isEnding.load(ordering: .acquiring)
        let limit = length.load(ordering: .acquiring)
        while offset < limit {
          if isCancelled.load(ordering: .acquiring) { return .failure(.canceled) }
          let part = UnsafeMutableRawBufferPointer(rebasing: block[..<min(block.count, limit - offset)])
          do {
            let count = try file.read(fromAbsoluteOffset: Int64(offset), into: part)
            // Someone cut the file off under us.
            guard count > 0 else { return .failure(.ioError) }
            digest.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
            offset += count
          } catch {
            return .failure(error as? Errno ?? .ioError)
          }
        }
        if isCancelled.load(ordering: .acquiring) { return .failure(.canceled) }
        if isLast { return .success(digest.hexadecimal()) }
      }
    }
  }
}

/// A counting semaphore.
///
/// The C object is a heap cell that never moves, and is made for use by several threads.
/// The corresponding C functions are `sem_post` and `sem_wait`.
private final class Semaphore: @unchecked Sendable {
  private let cell = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    precondition(sem_init(cell, 0, 0) == 0, "a semaphore cannot be made")
  }

  deinit {
    sem_destroy(cell)
    cell.deallocate()
  }

  func signal() {
    sem_post(cell)
  }

  /// Waits for a signal; a system signal in between does not end the wait.
  func wait() {
    while sem_wait(cell) != 0 {}
  }
}
