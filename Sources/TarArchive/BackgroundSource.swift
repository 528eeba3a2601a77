import Threads

/// A source that is read ahead on a thread of its own, at most one mebibyte.
///
/// Full buffers go one way and empty ones the other, so nothing is allocated on the way. The thread ends at
/// the end of the input, at an error, which ``read(into:)`` passes on after the bytes read before it, or with
/// this object.
///
/// When no thread can be had, the source is read in the ordinary way.
final class BackgroundSource: ByteSource {
  /// The size of one buffer in bytes.
  static let bufferSize = 256 * 1024
  /// How many buffers there are.
  static let bufferCount = 4

  let name: String
  private let handOver: HandOver
  private let thread: PipelineThread?
  private var current: (buffer: UnsafeMutableRawBufferPointer, unread: Range<Int>)?

  /// Begins to read ahead of `source`, which belongs to this object from now on.
  init(_ source: any ByteSource) {
    name = source.name
    let handOver = HandOver(source)
    self.handOver = handOver
    thread = try? PipelineThread(starting: "read-ahead") { handOver.run() }
  }

  deinit {
    handOver.stop()
    // The thread comes back from its read, which `stop` has cancelled, and ends.
    thread?.join()
  }

  func cancel() { handOver.stop() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard thread != nil else { return try handOver.source.read(into: buffer) }
    guard let (bytes, unread) = try nextBytes() else { return 0 }
    let part = unread.prefix(buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[part]))
    current = (bytes, unread.dropFirst(part.count))
    if part.count == unread.count { releaseRead() }
    return part.count
  }

  /// Reads what is there without a copy, waiting for at least one byte.
  ///
  /// - Returns: Bytes that are valid until the next call of this or ``read(into:)``; none at the end.
  func lend() throws -> UnsafeRawBufferPointer {
    guard thread != nil else {
      let count = try handOver.source.read(into: handOver.unshared)
      return UnsafeRawBufferPointer(rebasing: handOver.unshared[..<count])
    }
    guard let (bytes, unread) = try nextBytes() else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    current = (bytes, unread.suffix(0))
    return UnsafeRawBufferPointer(rebasing: bytes[unread])
  }

  /// What is left of the current buffer, or all of the next one; `nil` at the end.
  private func nextBytes() throws -> (buffer: UnsafeMutableRawBufferPointer, unread: Range<Int>)? {
    releaseRead()
    if let current { return current }
    return try handOver.takeFull().map { ($0.buffer, 0..<$0.count) }
  }

  /// Gives the current buffer back once all of it has been read.
  private func releaseRead() {
    guard let (bytes, unread) = current, unread.isEmpty else { return }
    handOver.giveBack(bytes)
    current = nil
  }
}

/// The buffers between the reading thread and the other.
///
/// `@unchecked`: `source` is used by the reading thread alone, but for `cancel`, which any thread may call.
private final class HandOver: @unchecked Sendable {
  typealias Full = (buffer: UnsafeMutableRawBufferPointer, count: Int)

  private struct State {
    var empty: [UnsafeMutableRawBufferPointer]
    var full: [Full] = []
    var outcome: Result<Void, any Error>?
    var isStopped = false
  }

  let source: any ByteSource
  private let all: [UnsafeMutableRawBufferPointer]
  private let state: Monitor<State>
  private let changed = Condition()

  /// Hands over what `source` gives.
  init(_ source: any ByteSource) {
    self.source = source
    all = (0..<BackgroundSource.bufferCount).map { _ in
      .allocate(byteCount: BackgroundSource.bufferSize, alignment: 64)
    }
    state = Monitor(State(empty: all))
  }

  deinit {
    for buffer in all { buffer.deallocate() }
  }

  /// A buffer for the other side alone, where there is no reading thread.
  var unshared: UnsafeMutableRawBufferPointer { all[0] }

  /// The reading thread: reads until the input ends, fails, or nobody wants more.
  func run() {
    while let buffer = takeEmpty() {
      do {
        let count = try source.read(into: buffer)
        guard count > 0 else { return state.withLock(waking: changed) { $0.outcome = .success(()) } }
        state.withLock(waking: changed) { $0.full.append((buffer, count)) }
      } catch {
        return state.withLock(waking: changed) { $0.outcome = .failure(error) }
      }
    }
  }

  /// The next full buffer, or `nil` at the end.
  ///
  /// Waits for the reading thread, which always comes to an outcome.
  func takeFull() throws -> Full? {
    let result: Result<Full?, any Error> = state.wait(on: changed) { state in
      if !state.full.isEmpty { return .success(state.full.removeFirst()) }
      if state.isStopped { return .success(nil) }
      return state.outcome?.map { nil }
    }
    return try result.get()
  }

  /// Returns an emptied buffer for the next filling.
  func giveBack(_ buffer: UnsafeMutableRawBufferPointer) {
    state.withLock(waking: changed) { $0.empty.append(buffer) }
  }

  /// Ends the reading thread and every wait.
  func stop() {
    state.withLock(waking: changed) { $0.isStopped = true }
    source.cancel()
  }

  /// Waits for the other side to empty a buffer; `nil` once stopped.
  private func takeEmpty() -> UnsafeMutableRawBufferPointer? {
    state.wait(on: changed) { state -> UnsafeMutableRawBufferPointer?? in
      if state.isStopped { return .some(nil) }
      return state.empty.popLast().map { .some($0) }
    }
  }
}
