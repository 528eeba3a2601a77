import Threads

/// The part of a run's batches that one of several processes delivers.
///
/// All processes know the whole order and need no communication: process `index` of `count` delivers every
/// `count`-th batch, from batch `index` on.
public struct BatchShare: Sendable, Equatable {
  /// What happens where the batches of an epoch, or of a run that ends within one, do not divide by the number
  /// of processes.
  public enum Uneven: String, Sendable, CaseIterable {
    /// The last batches are delivered by no process, so that all deliver equally many.
    case drop
    /// The first batches of the epoch are delivered again by those that would have one less.
    case pad
    /// Some processes deliver one batch more; nothing is lost and nothing comes twice.
    case keep
  }

  /// The number of this process, from 0.
  public let index: Int
  /// The number of processes; at least 1.
  public let count: Int
  /// What happens where batches do not divide by ``count``.
  public let uneven: Uneven

  /// Everything: a single process.
  public static let all = BatchShare(index: 0, count: 1, uneven: .keep)

  /// The share of process `index` of `count`; traps unless `0 <= index < count`.
  public init(index: Int, count: Int, uneven: Uneven) {
    require(
      index >= 0 && index < count, "batch share: there is no process \(index) of \(count), counted from 0")
    self.index = index
    self.count = count
    self.uneven = uneven
  }

  /// The batches of an epoch that are delivered by all processes together, those that come twice included.
  ///
  /// - Parameter batches: The batches that the epoch has.
  func delivered(of batches: Int) -> Int {
    switch uneven {
    case .drop: batches / count * count
    case .pad: (batches + count - 1) / count * count
    case .keep: batches
    }
  }
}
