/// Why a pipeline cannot be made, or ended before its last batch.
public enum RecordPipelineError: Error, Equatable, Sendable {
  /// There is nothing to deliver.
  case noRecords
  /// All epochs together have more records than can be counted.
  case tooManyRecords(found: Int)
  /// Every batch would be dropped as incomplete.
  case batchNeverFull(batchSize: Int, recordCount: Int)
  /// With so few batches, equal shares of all processes are empty.
  case tooFewBatches(perEpoch: Int, processes: Int)
  /// No batch came for this long, and this stage is why: `workers`, `batcher`, `reader` or `parts`;
  /// `consumer` where it keeps all slots.
  case stalled(stage: String, limit: Duration)
  /// The pipeline was stopped from outside.
  case stopped
}

extension RecordPipelineError: CustomStringConvertible {
  /// One line: what is wrong, expected and found.
  public var description: String {
    switch self {
    case .noRecords: "data set: no records"
    case .tooManyRecords(let found): RecordCollectionError(recordCount: found).description
    case .batchNeverFull(let batchSize, let recordCount):
      "batches of \(batchSize) examples are never full: an epoch has \(recordCount) records, "
        + "and the remainder is dropped"
    case .tooFewBatches(let perEpoch, let processes):
      "\(perEpoch) batches cannot be shared equally by \(processes) processes without leaving them empty"
    case .stalled(let stage, let limit): "stage '\(stage)': nothing came for \(limit)"
    case .stopped: "pipeline: stopped"
    }
  }
}
