import Glibc
import InputPipeline
import SystemPackage
import Threads

/// `--format slots`: batches lie in memory that the program behind the command shares, and messages tell of them.
struct SlotsFormat: BatchFormat {
  let memory: SlotMemory
  let returns: SlotReturns

  mutating func begin(_ start: Int, to output: OutputStream) throws {
    try DeliveryMessage(.start, position: start).write(to: output)
  }

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    memory.widerLabels(ofSlot: outgoing.batch.slot!)?
      .copyMemory(from: outgoing.labels.baseAddress!, byteCount: outgoing.labels.count)
    // Before the message: the answer may be there before this thread goes on.
    returns.hold(outgoing.batch)
    try DeliveryMessage(outgoing).write(to: output)
  }

  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws {
    try DeliveryMessage(endOfEpochAfter: last).write(to: output)
  }

  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws {
    try DeliveryMessage(.endOfRun, position: position).write(to: output)
  }

  mutating func fail(_ code: Int32, position: Int, to output: OutputStream) throws {
    try DeliveryMessage(.failure, position: position, code: code).write(to: output, uninterrupted: true)
  }
}

/// The batches whose slots the other program holds, and the thread that takes them back from standard input.
final class SlotReturns: Sendable {
  /// How often a thread that is not asked for slots looks whether the other program is still there.
  private static let lookInterval = Duration.milliseconds(500)

  private let state: Monitor<State>
  private let wanted = Condition()
  private let ended = Condition()

  private struct State {
    /// By slot.
    var held: [Batch?]
    /// Whether slots are needed.
    var isWanted = false
    /// Whether they are taken as they come, until the other program wants no more.
    var isLast = false
    /// Why no slots come back any more.
    var end: CommandError?
  }

  /// All slots are at home.
  init(slotCount: Int) {
    state = Monitor(State(held: Array(repeating: nil, count: slotCount)))
  }

  /// Asks for slots that have come back.
  ///
  /// Until somebody does, they stay in the pipe: who waits for each of them would be woken for each.
  func want() {
    state.withLock { $0.isWanted = true }
    wanted.signal()
  }

  /// Notes that a batch is about to be told of.
  func hold(_ batch: Batch) {
    state.withLock { $0.held[batch.slot!] = batch }
  }

  /// Why no slots come back any more, before the run ended: what `stop` of ``start(_:)`` was called for.
  var failure: CommandError? { state.withLock { $0.end } }

  /// Starts the thread; when no slots come any more, it calls `stop` and ends.
  func start(_ stop: @escaping @Sendable () -> Void) throws(ThreadError) {
    let thread = PipelineThread(name: "slots") {
      let end = self.takeBack()
      // What is held stays held: the other program may look at it for as long as it likes, and a worker
      // that has not heard of the stop yet would write into it.
      self.state.withLock { $0.end = end }
      self.ended.broadcast()
      stop()
    }
    try thread.start()
  }

  /// Waits until the other program wants nothing more.
  ///
  /// What ends the wait: the end of standard input, or a signal.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``, or what is wrong with the input.
  func waitForEnd() throws {
    state.withLock { $0.isLast = true }
    wanted.signal()
    let end = SignalTrap.shared.onSignal { [ended] in
      ended.broadcast()
    } during: {
      state.wait(on: ended) { $0.end ?? SignalTrap.shared.signal.map { .interrupted(signal: $0) } }
    }
    if case .readerGone = end { return }
    throw end
  }

  /// Waits until slots are asked for, or the other program has gone.
  private func waitUntilWanted() {
    while true {
      let isWanted: Void? = state.wait(on: wanted, deadline: .now + Self.lookInterval) { state in
        guard state.isWanted || state.isLast else { return nil }
        state.isWanted = false
        return ()
      }
      var polled = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      if isWanted != nil || poll(&polled, 1, 0) != 0 { return }
    }
  }

  /// Takes slots until the end of standard input, or something is wrong with it.
  private func takeBack() -> CommandError {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { numbers in
      while true {
        waitUntilWanted()
        let count = read(STDIN_FILENO, numbers.baseAddress, numbers.count)
        guard count != 0 else { return .readerGone }
        guard count > 0 else {
          switch errno {
          case EINTR: continue
          case EAGAIN:
            var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            poll(&polled, 1, -1)
            continue
          case let reason: return .outputFailed(name: "standard input", Errno(rawValue: reason))
          }
        }
        for number in numbers[..<count] {
          // The last reference may go here, outside of the lock: it wakes a worker.
          guard
            let batch = state.withLock({
              $0.held.indices.contains(Int(number)) ? $0.held[Int(number)].take() : nil
            })
          else {
            return .wrongInput("standard input: slot \(number) was given back, which nobody holds")
          }
          _ = batch
        }
      }
    }
  }
}
