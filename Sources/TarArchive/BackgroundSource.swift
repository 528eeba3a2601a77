import Glibc

/// A source that is read ahead on a thread of its own, at most one mebibyte.
///
/// Full buffers go one way and empty ones the other, so nothing is allocated on the way. The thread ends at the
/// end of the input, at an error, which ``read(into:)`` passes on after the bytes before it, or with this object.
/// When no thread can be had, the source is read in the ordinary way.
final class BackgroundSource: ByteSource {
  static let bufferSize = 256 * 1024
  static let bufferCount = 4

  let name: String
  private let handOver: HandOver
  private var thread: pthread_t?
  private var current: (buffer: UnsafeMutableRawBufferPointer, unread: Range<Int>)?

  /// Begins to read ahead of `source`, which belongs to this object from now on.
  init(_ source: any ByteSource) {
    name = source.name
    handOver = HandOver(source)
    var thread = pthread_t()
    let start = Unmanaged.passRetained(handOver)
    let result = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<HandOver>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    if result == 0 {
      self.thread = thread
    } else {
      start.release()
    }
  }

  deinit {
    handOver.stop()
    // The thread comes back from its read, which `stop` has cancelled, and ends.
    if let thread { pthread_join(thread, nil) }
  }

  func cancel() { handOver.stop() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard thread != nil else { return try handOver.source.read(into: buffer) }
    if current == nil {
      guard let full = try handOver.takeFull() else { return 0 }
      current = (full.buffer, 0..<full.count)
    }
    guard let (bytes, unread) = current else { return 0 }
    let part = unread.prefix(buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[part]))
    if part.count == unread.count {
      handOver.giveBack(bytes)
      current = nil
    } else {
      current = (bytes, unread.dropFirst(part.count))
    }
    return part.count
  }
}

/// The buffers between the reading thread and the other, and the lock around them.
///
/// `@unchecked`: everything below `state` is reached only between lock and unlock; `source` is used by the
/// reading thread alone, but for `cancel`, which any thread may call.
private final class HandOver: @unchecked Sendable {
  typealias Full = (buffer: UnsafeMutableRawBufferPointer, count: Int)

  private struct State {
    var empty: [UnsafeMutableRawBufferPointer]
    var full: [Full] = []
    var outcome: Result<Void, any Error>?
    var isStopped = false
  }

  let source: any ByteSource
  private var state: State  // guarded by mutex
  private let all: [UnsafeMutableRawBufferPointer]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(_ source: any ByteSource) {
    self.source = source
    all = (0..<BackgroundSource.bufferCount).map { _ in
      .allocate(byteCount: BackgroundSource.bufferSize, alignment: 64)
    }
    state = State(empty: all)
    precondition(pthread_mutex_init(mutex, nil) == 0, "a mutex cannot be initialised")
    precondition(pthread_cond_init(changed, nil) == 0, "a condition cannot be initialised")
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
    for buffer in all { buffer.deallocate() }
  }

  /// The reading thread: fills buffers until the input ends, fails, or nobody wants more.
  func run() {
    while let buffer = takeEmpty() {
      do {
        let count = try source.readFully(into: buffer)
        if count > 0 { update { $0.full.append((buffer, count)) } }
        if count < buffer.count { return update { $0.outcome = .success(()) } }
      } catch {
        return update { $0.outcome = .failure(error) }
      }
    }
  }

  /// The next full buffer, or `nil` at the end; waits for the reading thread, which always comes to an outcome.
  func takeFull() throws -> Full? {
    let result: Result<Full?, any Error> = wait { state in
      if !state.full.isEmpty { return .success(state.full.removeFirst()) }
      if state.isStopped { return .success(nil) }
      return state.outcome?.map { nil }
    }
    return try result.get()
  }

  /// Returns an emptied buffer for the next filling.
  func giveBack(_ buffer: UnsafeMutableRawBufferPointer) {
    update { $0.empty.append(buffer) }
  }

  /// Ends the reading thread and every wait.
  func stop() {
    update { $0.isStopped = true }
    source.cancel()
  }

  /// Waits for the other side to empty a buffer; `nil` once stopped.
  private func takeEmpty() -> UnsafeMutableRawBufferPointer? {
    wait { state -> UnsafeMutableRawBufferPointer?? in
      if state.isStopped { return .some(nil) }
      return state.empty.popLast().map { .some($0) }
    }
  }

  private func wait<Value>(until attempt: (inout State) -> Value?) -> Value {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    while true {
      if let value = attempt(&state) { return value }
      pthread_cond_wait(changed, mutex)
    }
  }

  private func update(_ change: (inout State) -> Void) {
    wait { change(&$0) }
  }
}
