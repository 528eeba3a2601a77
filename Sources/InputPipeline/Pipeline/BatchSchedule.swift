/// Which batches a run consists of: pure arithmetic on counts, without any data.
public struct BatchSchedule: Sendable, Equatable {
  /// One batch of the run.
  public struct Entry: Sendable, Equatable {
    /// The number in the whole run, from 0.
    public let number: Int
    /// The epoch in which the batch begins, from 0.
    public let epoch: Int
    /// The number within that epoch, from 0.
    public let indexInEpoch: Int
    /// Examples in the batch.
    public let count: Int
    /// Whether no further batch begins in this epoch.
    public let isLastOfEpoch: Bool
    /// Records that are passed over after this batch to end the epoch.
    public let droppedCount: Int
  }

  /// Records of one epoch; at least 1.
  public let recordCount: Int
  /// Examples of a full batch; at least 1.
  public let batchSize: Int
  /// Whether a batch that cannot be filled is dropped.
  public let dropsRemainder: Bool
  /// Whether batches may hold records of neighbouring epochs.
  public let blendsEpochs: Bool
  /// How many epochs are read; `nil` means without end.
  public let epochCount: Int?
  /// Batches of the run; `nil` means without end.
  public let batchCount: Int?

  /// The schedule of a run that ends after `epochs` or after `batches`, whichever comes first.
  ///
  /// - Throws: ``RecordPipelineError/noRecords``, or ``RecordPipelineError/batchNeverFull(batchSize:recordCount:)``
  ///   where `dropsRemainder` would leave nothing of an epoch.
  public init(
    recordCount: Int, batchSize: Int, dropsRemainder: Bool = false, blendsEpochs: Bool = false,
    epochs: Int? = nil, batches: Int? = nil
  ) throws(RecordPipelineError) {
    precondition(batchSize >= 1, "a batch has at least 1 example")
    precondition(epochs ?? 1 >= 1 && batches ?? 1 >= 1, "a number of epochs or batches is at least 1")
    guard recordCount > 0 else { throw .noRecords }
    let all = epochs.map { $0.multipliedReportingOverflow(by: recordCount) }
    guard all?.overflow != true else { throw .tooManyRecords(found: .max) }
    let available = blendsEpochs ? all?.partialValue ?? .max : recordCount
    guard !dropsRemainder || available >= batchSize else {
      throw .batchNeverFull(batchSize: batchSize, recordCount: recordCount)
    }
    self.recordCount = recordCount
    self.batchSize = batchSize
    self.dropsRemainder = dropsRemainder
    self.blendsEpochs = blendsEpochs
    epochCount = epochs
    let perEpoch = Self.batches(of: recordCount, batchSize, dropsRemainder)
    let ofEpochs = epochs.map {
      blendsEpochs ? Self.batches(of: all!.partialValue, batchSize, dropsRemainder) : $0 * perEpoch
    }
    batchCount = [ofEpochs, batches].compactMap { $0 }.min()
  }

  /// Batches of an epoch that is delivered completely before the next begins.
  public var batchesPerEpoch: Int { Self.batches(of: recordCount, batchSize, dropsRemainder) }

  /// The epochs that have to be read; `nil` means without end.
  public var epochsRead: Int? {
    guard let batchCount else { return nil }
    if blendsEpochs { return min(epochCount ?? .max, (batchCount * batchSize - 1) / recordCount + 1) }
    return (batchCount - 1) / batchesPerEpoch + 1
  }

  /// The batch with this number, or `nil` after the end of the run.
  public func entry(_ number: Int) -> Entry? {
    guard number < batchCount ?? .max else { return nil }
    guard blendsEpochs else {
      let index = number % batchesPerEpoch
      let isLast = index == batchesPerEpoch - 1
      let rest = recordCount - index * batchSize
      return Entry(
        number: number, epoch: number / batchesPerEpoch, indexInEpoch: index, count: min(batchSize, rest),
        isLastOfEpoch: isLast, droppedCount: isLast ? max(0, rest - batchSize) : 0)
    }
    let first = number * batchSize
    let epoch = first / recordCount
    // The first batch that begins in an epoch is the first multiple of the batch size at or after its start.
    let firstOfEpoch = (epoch * recordCount + batchSize - 1) / batchSize
    let end = epochCount.map { $0 * recordCount } ?? .max
    return Entry(
      number: number, epoch: epoch, indexInEpoch: number - firstOfEpoch, count: min(batchSize, end - first),
      isLastOfEpoch: first + batchSize >= (epoch + 1) * recordCount, droppedCount: 0)
  }

  private static func batches(of count: Int, _ batchSize: Int, _ dropsRemainder: Bool) -> Int {
    count / batchSize + (dropsRemainder || count % batchSize == 0 ? 0 : 1)
  }
}
