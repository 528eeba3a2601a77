import Threads
import SystemPackage

/// Reads records from the files whose names come out of a queue.
///
/// Any number of threads may call any method. Reads take place one after the other, each from the file that is
/// in progress; the counts never wait for a read.
/// Source: TensorFlow 1.x, `core/kernels/reader_base.cc`. Reading state cannot be saved: a run is resumed by
/// its order being a function of seed, epoch and number.
public final class RecordReader<Format: RecordFormat>: Sendable {
  private let format: Format
  private let state = Monitor(State())
  private let turnEnded = Condition()

  private struct State {
    /// The file in progress, and what is still to be said about it; with the thread whose turn it is.
    var progress = Progress()
    var isReading = false
    var resetCount = 0
    var recordsProduced = 0
    var workUnitsCompleted = 0
  }

  private struct Progress {
    var unit: Format.Unit?
    /// An error that came after records of the same call, and is thrown by the next.
    var pendingError: ReaderError?
  }

  /// A reader without a file in progress.
  public init(format: Format) {
    self.format = format
  }

  /// The records delivered since the start or the last ``reset()``; never waits.
  public var recordsProduced: Int { state.withLock { $0.recordsProduced } }

  /// The files whose end was noticed since the start or the last ``reset()``; never waits.
  ///
  /// The end of a file that can have several records is noticed by the read after its last record.
  public var workUnitsCompleted: Int { state.withLock { $0.workUnitsCompleted } }

  /// Reads one record; see ``readUpTo(_:from:)``.
  public func read(from names: some BlockingQueue<FilePath>) throws(ReaderError) -> KeyedRecord? {
    try readUpTo(1, from: names)?.first
  }

  /// Reads up to `count` records of one file, taking names from the queue as needed; skips empty files.
  ///
  /// What ends the wait: a name, or the close of the queue.
  ///
  /// - Parameter count: At least 1; traps otherwise.
  /// - Returns: From 1 to `count` records, fewer only at the end of a file or before an error; `nil` once the
  ///   queue is closed and drained and all files are read.
  /// - Throws: What keeps a file from being read. The rest of that file is given up, and the next read goes on
  ///   with the next name. Records read before the error are returned first, and the error by the next read.
  public func readUpTo(
    _ count: Int, from names: some BlockingQueue<FilePath>
  ) throws(ReaderError) -> [KeyedRecord]? {
    require(count >= 1, "reader: a read asks for at least 1 record, not \(count)")
    var (progress, resetCount) = beginTurn()
    defer { endTurn(progress, resetCount) }

    if let error = progress.pendingError {
      progress.pendingError = nil
      throw error
    }
    while true {
      if progress.unit == nil {
        guard let name = names.dequeue() else { return nil }
        progress.unit = try format.open(name)
      }
      let records = try readUpTo(count, &progress, resetCount)
      if !records.isEmpty {
        add(records: records.count, units: 0, resetCount)
        return records
      }
    }
  }

  /// Sets both counts to 0 and gives up the file in progress; its name is not read again.
  ///
  /// A read that is under way at this moment still returns its records, which are not counted.
  public func reset() {
    state.withLock { state in
      state.progress = Progress()
      state.resetCount += 1
      state.recordsProduced = 0
      state.workUnitsCompleted = 0
    }
  }

  /// Reads from the file in progress until there are `count` records or the file has ended.
  private func readUpTo(
    _ count: Int, _ progress: inout Progress, _ resetCount: Int
  ) throws(ReaderError) -> [KeyedRecord] {
    var records: [KeyedRecord] = []
    do throws(ReaderError) {
      while records.count < count {
        switch try progress.unit!.next() {
        case .record(let record):
          records.append(record)
          continue
        case .last(let record): records.append(record)
        case .end: break
        }
        progress.unit = nil
        add(records: 0, units: 1, resetCount)
        break
      }
    } catch {
      progress.unit = nil
      guard !records.isEmpty else { throw error }
      progress.pendingError = error
    }
    return records
  }

  /// Waits for the turn of this thread, which ends when the read before it has its records.
  private func beginTurn() -> (Progress, resetCount: Int) {
    state.wait(on: turnEnded) { state in
      guard !state.isReading else { return nil }
      state.isReading = true
      defer { state.progress = Progress() }
      return (state.progress, state.resetCount)
    }
  }

  private func endTurn(_ progress: Progress, _ resetCount: Int) {
    state.withLock { state in
      state.isReading = false
      if state.resetCount == resetCount { state.progress = progress }
    }
    turnEnded.signal()
  }

  private func add(records: Int, units: Int, _ resetCount: Int) {
    state.withLock { state in
      guard state.resetCount == resetCount else { return }
      state.recordsProduced += records
      state.workUnitsCompleted += units
    }
  }
}
