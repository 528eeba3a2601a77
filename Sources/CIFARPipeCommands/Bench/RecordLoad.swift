import CIFAR
import InputPipeline
import SystemPackage

/// How long it takes until all records are in memory: what a training waits for once.
struct RecordLoad {
  /// Opening the data set, which inflates an archive, and reading the records.
  let time: Duration
  /// What of it was opening the data set.
  private let opening: Duration
  /// Bytes of the records.
  let byteCount: Int
  /// The share of the files that was in the page cache all the same; `nil` where nobody asked for a cold one.
  let warmShare: Double?

  /// Reads all records into `store` that are not there yet.
  ///
  /// - Parameter opening: What opening the data set has taken.
  /// - Throws: What reading them throws; ``CommandError/interrupted(signal:)``.
  init(into store: ResidentRecordStore, opening: Duration, warmShare: Double?) throws {
    /// Records that are asked for at once.
    let stepLength = 1024
    let records = store.records
    let start = ContinuousClock.now
    for part in records.parts.indices {
      let all = records.firstRecords[part]..<records.firstRecords[part + 1]
      for first in stride(from: all.lowerBound, to: all.upperBound, by: stepLength) {
        try SignalTrap.checkpoint()
        _ = try store.references(
          to: first..<min(first + stepLength, all.upperBound), part: part, epoch: 0, isReading: true)
      }
    }
    time = opening + start.duration(to: .now)
    self.opening = opening
    byteCount = records.byteCount
    self.warmShare = warmShare
  }

  /// The load as a verdict takes it.
  var evidence: VerdictEvidence.Load {
    .init(time: time, byteCount: byteCount, isUnpacking: opening > time / 2)
  }

  /// One line for people.
  var text: String {
    let cache =
      warmShare.map {
        $0 < 0.05 ? ", from a cold page cache" : ", \(Quantity.percent($0)) from the page cache"
      } ?? ""
    return "\(Quantity.time(time.inSeconds)) for \(Quantity.bytes(byteCount)) "
      + "(\(Quantity.rate(evidence.bytesPerSecond)))\(cache)"
  }

  /// The load as an object.
  var json: JSON {
    .object([
      ("seconds", .number(time.inSeconds)), ("bytes", .integer(byteCount)),
      ("bytes_per_s", .number(evidence.bytesPerSecond)),
      ("page_cache_share", warmShare.map { .number($0) } ?? .null),
    ])
  }
}
