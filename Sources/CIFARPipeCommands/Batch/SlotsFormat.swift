import Platform
import InputPipeline
import SystemPackage
import Threads

/// `--format slots`: batches lie in memory that the program behind the command shares, and messages tell of them.
struct SlotsFormat: BatchFormat {
  let memory: SlotMemory
  let returns: SlotReturns
  /// Messages of batches that are written together, so that the other program is woken once for them.
  private var pending: [UInt8] = []

  /// Two batches of the quickest transforms.
  let patience: Duration? = .microseconds(200)

  init(memory: SlotMemory, returns: SlotReturns) {
    self.memory = memory
    self.returns = returns
  }

  mutating func begin(_ start: Int, isMarkDue: Bool, to output: OutputStream) throws {
    try DeliveryMessage(.start, position: start).write(to: output)
  }

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    memory.widerLabels(ofSlot: outgoing.batch.slot!)?
      .copyMemory(from: outgoing.labels.baseAddress!, byteCount: outgoing.labels.count)
    // Before the message: the answer may be there before this thread goes on.
    returns.hold(outgoing.batch)
    DeliveryMessage(outgoing).withBytes { pending += $0 }
  }

  mutating func flush(to output: OutputStream) throws {
    if pending.isEmpty { return }
    try pending.withUnsafeBytes { try output.write([$0]) }
    pending.removeAll(keepingCapacity: true)
  }

  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws {
    DeliveryMessage(endOfEpochAfter: last).withBytes { pending += $0 }
  }

  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws {
    try flush(to: output)
    try DeliveryMessage(.endOfRun, position: position).write(to: output)
  }

  mutating func fail(_ code: Int32, position: Int, to output: OutputStream) throws {
    DeliveryMessage(.failure, position: position, code: code).withBytes { pending += $0 }
    try pending.withUnsafeBytes { try output.write([$0], uninterrupted: true) }
  }
}

/// The batches whose slots the other program holds, and their way back from standard input.
///
/// A worker that needs a slot takes back first what has come, so that nobody is woken for it. Only where none has come
/// a thread waits for it.
final class SlotReturns: Sendable {
  /// How often the thread that is not asked for slots looks whether the other program is still there.
  private static let lookInterval = Duration.milliseconds(500)

  private let state: Monitor<State>
  private let changed = Condition()

  private struct State {
    /// By slot.
    var held: [Batch?]
    /// Whether a thread reads standard input: one at a time, or one could wait for what the other has taken.
    var isReading = false
    /// How many slots workers wait for.
    var wantedCount = 0
    /// Whether slots are taken as they come, until the other program wants no more.
    var isLast = false
    /// Why no slots come back any more.
    var end: CommandError?
    /// What is to be done then.
    var stop: @Sendable () -> Void = {}
  }

  /// All slots are at home.
  init(slotCount: Int) {
    state = Monitor(State(held: Array(repeating: nil, count: slotCount)))
  }

  /// Notes that a batch is about to be told of.
  func hold(_ batch: Batch) {
    state.withLock { $0.held[batch.slot!] = batch }
  }

  /// Why no slots come back any more, before the run ended: what `stop` of ``start(_:)`` was called for.
  var failure: CommandError? { state.withLock { $0.end } }

  /// Starts the thread; `stop` is called when no slots come any more.
  func start(_ stop: @escaping @Sendable () -> Void) throws(ThreadError) {
    state.withLock { $0.stop = stop }
    let thread = PipelineThread(name: "slots") {
      while self.waitUntilWanted() { self.takeBack() }
    }
    try thread.start()
  }

  /// Takes back what has come, without waiting.
  func collect() {
    let isFree = state.withLock { state in
      defer { state.isReading = true }
      return !state.isReading
    }
    guard isFree else { return }
    var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    if poll(&polled, 1, 0) > 0 { takeBack() } else { endReading() }
  }

  /// Has the thread wait for a slot.
  func want() {
    state.withLock(waking: changed) { $0.wantedCount += 1 }
  }

  /// Waits until the other program wants nothing more.
  ///
  /// What ends the wait: the end of standard input, or a signal.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``, or what is wrong with the input.
  func waitForEnd() throws {
    state.withLock(waking: changed) { $0.isLast = true }
    let end = SignalTrap.shared.onSignal { [changed] in
      changed.broadcast()
    } during: {
      state.wait(on: changed) { $0.end ?? SignalTrap.shared.signal.map { .interrupted(signal: $0) } }
    }
    if case .readerGone = end { return }
    throw end
  }

  /// Waits until slots are asked for, or the other program has gone, and nobody else reads; `false` after the end.
  private func waitUntilWanted() -> Bool {
    while true {
      let isWanted: Bool? = state.wait(on: changed, deadline: .now + Self.lookInterval) { state in
        if state.end != nil { return false }
        guard state.wantedCount > 0 || state.isLast, !state.isReading else { return nil }
        state.isReading = true
        return true
      }
      if let isWanted { return isWanted }
      var polled = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      if poll(&polled, 1, 0) != 0 { want() }
    }
  }

  /// Takes back what comes next, waiting for it; for whoever has said that it reads.
  private func takeBack() {
    var returned: [Batch] = []
    let end = withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { numbers -> CommandError? in
      let count = read(STDIN_FILENO, numbers.baseAddress, numbers.count)
      guard count != 0 else { return .readerGone }
      guard count > 0 else {
        switch errno {
        case EINTR: return nil
        case EAGAIN:
          var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
          poll(&polled, 1, -1)
          return nil
        case let reason: return .outputFailed(name: "standard input", Errno(rawValue: reason))
        }
      }
      return state.withLock { state in
        for number in numbers[..<count] {
          guard Int(number) < state.held.count, let batch = state.held[Int(number)].take() else {
            return .wrongInput("standard input: slot \(number) was given back, which nobody holds")
          }
          returned.append(batch)
        }
        state.wantedCount = max(0, state.wantedCount - count)
        return nil
      }
    }
    endReading(end)
    // The last references to the batches go here, outside of the lock, and their slots to whoever waits.
  }

  private func endReading(_ end: CommandError? = nil) {
    let (isAwaited, stop) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      state.isReading = false
      // What is held stays held: the other program may look at it for as long as it likes, and a worker that has
      // not heard of the stop yet would write into it.
      // The first end counts: after a wrong number the input may end, too.
      state.end = state.end ?? end
      return (state.wantedCount > 0 || state.isLast || end != nil, end == nil ? nil : state.stop)
    }
    if isAwaited { changed.broadcast() }
    stop?()
  }
}
