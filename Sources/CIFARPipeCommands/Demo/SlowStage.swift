import ArgumentParser
import CIFAR
import InputPipeline
import Threads

/// A stage of the pipeline that is made slower, as on the command line: `reader=5ms`.
struct SlowStage: Sendable {
  /// The stages that can be made slower.
  enum Name: String, CaseIterable, Sendable { case reader, batcher, workers, trainer }

  let name: Name
  /// What the stage takes for each batch besides its work.
  let time: Duration

  /// The stage and the time on both sides of the equals sign.
  ///
  /// - Throws: `ValidationError`, with what is expected.
  init(parsing text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let name = Name(rawValue: parts[0]), let time = StepTime(parts[1])
    else {
      let names = Name.allCases.map { "'\($0.rawValue)='" }.joined(separator: ", ")
      throw ValidationError("expected one of \(names) and a duration, such as 'reader=5ms'")
    }
    (self.name, self.time) = (name, time.duration)
  }
}

/// Pauses of threads, all of which end with the lesson.
///
/// Any thread may call any method.
final class Pauses: Sendable {
  private let isOver = Monitor(false)
  private let changed = Condition()

  /// Waits.
  ///
  /// What ends the wait: the time, or ``end()``.
  ///
  /// - Returns: Whether the lesson goes on.
  @discardableResult
  func pause(until deadline: ContinuousClock.Instant) -> Bool {
    isOver.wait(on: changed, deadline: deadline) { $0 ? false : nil } ?? true
  }

  /// Ends all pauses, now and later.
  func end() {
    isOver.withLock(waking: changed) { $0 = true }
  }
}

/// Records that take longer to read.
struct SlowRecords: RecordSource {
  let records: any RecordSource
  /// For one record.
  let time: Duration
  let pauses: Pauses

  var recordCount: Int { records.recordCount }

  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    let end = ContinuousClock.now + time * range.count
    try records.readRecords(in: range, into: buffer)
    pauses.pause(until: end)
  }
}

/// A transform that takes longer.
struct SlowTransform: BatchTransform {
  let transform: any BatchTransform
  /// For one batch.
  let time: Duration
  let pauses: Pauses

  var recordLength: Int { transform.recordLength }
  var exampleLength: Int { transform.exampleLength }
  var labelsPerExample: Int { transform.labelsPerExample }

  func transform(
    _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
    into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
  ) throws {
    let end = ContinuousClock.now + time
    try transform.transform(records, at: base, into: examples, labels: labels)
    pauses.pause(until: end)
  }
}
