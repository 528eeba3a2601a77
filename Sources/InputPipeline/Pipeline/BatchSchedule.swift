import Threads

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
    /// Whether this process delivers the batch.
    public let isDelivered: Bool
    /// Whether this process delivers nothing more of this epoch after this batch, or after ``repeated``.
    ///
    /// Never so in an epoch that the number of batches cuts short: it does not end.
    public let isLastOfEpoch: Bool
    /// The batch of this epoch, by its ``indexInEpoch``, that this process delivers once more after this one.
    public let repeated: Int?
    /// Records that are passed over after this batch to end the epoch.
    public let droppedCount: Int

    /// The records that the batch takes out of the order, delivered or not.
    var drawnCount: Int { count + droppedCount }
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
  /// Batches of the run, those of all processes together; `nil` means without end.
  public let batchCount: Int?
  /// Which of the batches this process delivers.
  public let share: BatchShare

  /// The schedule of a run that ends after `epochs` or after `batches`, whichever comes first.
  ///
  /// - Throws: ``RecordPipelineError/noRecords``, or ``RecordPipelineError/batchNeverFull(batchSize:recordCount:)``
  ///   where `dropsRemainder` would leave nothing of an epoch, or
  ///   ``RecordPipelineError/tooFewBatches(perEpoch:processes:)`` where `share` would.
  public init(
    recordCount: Int, batchSize: Int, dropsRemainder: Bool = false, blendsEpochs: Bool = false,
    epochs: Int? = nil, batches: Int? = nil, share: BatchShare = .all
  ) throws(RecordPipelineError) {
    require(batchSize >= 1, "batch schedule: a batch has at least 1 example, not \(batchSize)")
    require(
      epochs ?? 1 >= 1 && batches ?? 1 >= 1, "batch schedule: a number of epochs or batches is at least 1")
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
    self.share = share
    let inPeriod = min(batchCount ?? .max, blendsEpochs ? .max : perEpoch)
    guard share.delivered(of: inPeriod == .max ? share.count : inPeriod) > 0 else {
      throw .tooFewBatches(perEpoch: inPeriod, processes: share.count)
    }
  }

  /// The most examples of a batch.
  var longestBatch: Int {
    // All epochs together can be counted, or there was an error.
    min(batchSize, blendsEpochs ? epochCount.map { $0 * recordCount } ?? .max : recordCount)
  }

  /// Batches of an epoch that is delivered completely before the next begins.
  public var batchesPerEpoch: Int { Self.batches(of: recordCount, batchSize, dropsRemainder) }

  /// Batches that this process delivers of a whole epoch; `nil` where epochs differ or blend.
  public var deliveredPerEpoch: Int? {
    let delivered = share.delivered(of: batchesPerEpoch)
    return blendsEpochs || delivered % share.count != 0 ? nil : delivered / share.count
  }

  /// The epochs that have to be read; `nil` means without end.
  public var epochsRead: Int? {
    guard let batchCount else { return nil }
    if blendsEpochs {
      let (records, overflow) = batchCount.multipliedReportingOverflow(by: batchSize)
      return min(epochCount ?? .max, ((overflow ? .max : records) - 1) / recordCount + 1)
    }
    return (batchCount - 1) / batchesPerEpoch + 1
  }

  /// The batch with this number, or `nil` after the end of the run.
  public func entry(_ number: Int) -> Entry? {
    guard number < batchCount ?? .max else { return nil }
    return blendsEpochs ? blendedEntry(number) : keptEntry(number)
  }

  /// Whether this process delivers nothing from batch `number` on.
  public func isOver(at number: Int) -> Bool {
    guard let batchCount else { return false }
    // The first of its batches ends the search, so at most those of the other processes are looked at.
    return !(number..<max(number, batchCount)).contains { number in
      entry(number).map { $0.isDelivered || $0.repeated != nil } ?? false
    }
  }

  /// The number of the first batch of the epoch in which batch `number` begins; 0 where epochs blend, since
  /// they cannot be drawn apart.
  public func firstBatch(ofEpochWith number: Int) -> Int {
    blendsEpochs ? 0 : number / batchesPerEpoch * batchesPerEpoch
  }

  /// Where a run goes on that has delivered `entry` and all of its share before it: at this batch, by its number.
  ///
  /// Batches are dealt in turns, one to each process, so it is the beginning of a turn, or of an epoch: the same for
  /// all processes after equally many batches. Only with ``BatchShare/Uneven/keep`` turns go across the ends of epochs,
  /// at which the processes may have had one batch more or less.
  public func position(after entry: Entry) -> Int {
    if entry.isLastOfEpoch && !blendsEpochs { return (entry.epoch + 1) * batchesPerEpoch }
    let start = firstTurn(ofEpochWith: entry.number)
    return start + ((entry.number - start) / share.count + 1) * share.count
  }

  /// Whether a run of shares of another size goes on exactly at batch `number`, by any process.
  public func isShareable(at number: Int) -> Bool {
    number == firstBatch(ofEpochWith: number)
  }

  /// Whether all processes of this run go on exactly at batch `number`.
  public func isTurn(at number: Int) -> Bool {
    (number - firstTurn(ofEpochWith: number)) % share.count == 0
  }

  /// The batch at which the turns are counted anew.
  private func firstTurn(ofEpochWith number: Int) -> Int {
    share.uneven == .keep ? 0 : firstBatch(ofEpochWith: number)
  }

  /// A batch of an epoch that is delivered completely before the next begins.
  private func keptEntry(_ number: Int) -> Entry {
    let index = number % batchesPerEpoch
    let rest = recordCount - index * batchSize
    let isLastOfAll = index == batchesPerEpoch - 1
    // The last epoch may be cut by the number of batches.
    let batches = min(batchesPerEpoch, (batchCount ?? .max) - (number - index))
    let place = place(number: number, index: index, of: batches)
    return Entry(
      number: number, epoch: number / batchesPerEpoch, indexInEpoch: index, count: min(batchSize, rest),
      isDelivered: place.isDelivered, isLastOfEpoch: place.isLast && batches == batchesPerEpoch,
      repeated: place.repeated,
      droppedCount: isLastOfAll ? max(0, rest - batchSize) : 0)
  }

  /// A batch that may hold records of several epochs.
  private func blendedEntry(_ number: Int) -> Entry {
    let first = number * batchSize
    let epoch = first / recordCount
    let end = epochCount.map { $0 * recordCount } ?? .max
    let place = place(number: number, index: number, of: batchCount ?? .max)
    return Entry(
      number: number, epoch: epoch, indexInEpoch: number - firstBatch(beginningIn: epoch),
      count: min(batchSize, end - first), isDelivered: place.isDelivered,
      isLastOfEpoch: number + share.count >= firstBatch(beginningIn: epoch + 1), repeated: place.repeated,
      droppedCount: 0)
  }

  /// The first batch that begins in an epoch: the first multiple of the batch size at or after its start.
  private func firstBatch(beginningIn epoch: Int) -> Int {
    (epoch * recordCount + batchSize - 1) / batchSize
  }

  /// What this process does with a batch.
  ///
  /// - Parameters:
  ///   - index: The number of the batch in its period, an epoch or the whole run.
  ///   - batches: The batches of the period.
  private func place(
    number: Int, index: Int, of batches: Int
  ) -> (isDelivered: Bool, isLast: Bool, repeated: Int?) {
    // Shares of equal size begin anew with each period; those that keep everything go on in the whole run.
    let turn = share.uneven == .keep ? number : index
    let delivered = batches == .max ? .max : share.delivered(of: batches)
    let isDelivered = turn % share.count == share.index && index < delivered
    // With shares of equal size, the last turn may come after the last batch: then it takes one from the start.
    let lastTurn = delivered == .max ? 0 : delivered - share.count + share.index
    let repeats = share.uneven == .pad && delivered > batches && lastTurn >= batches
    return (
      isDelivered,
      repeats ? index == batches - 1 : isDelivered && index >= min(delivered, batches) - share.count,
      repeats && index == batches - 1 ? (lastTurn - batches) % batches : nil
    )
  }

  private static func batches(of count: Int, _ batchSize: Int, _ dropsRemainder: Bool) -> Int {
    count / batchSize + (dropsRemainder || count % batchSize == 0 ? 0 : 1)
  }
}
